import { defineConfig } from 'rolldown';

/** The relay as one file. better-sqlite3 stays outside: its native part must stay beside its own package. */
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  external: ['better-sqlite3'],
  // An older Node must be able to parse the whole file, or it does not get to the message that it is too old.
  transform: { target: 'node20' },
  output: { file: 'dist/transom-relay.mjs', format: 'esm', minify: true, codeSplitting: false },
});
