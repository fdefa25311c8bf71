import { defineConfig } from 'rolldown';

/** The relay as one file. better-sqlite3 stays outside: it brings a native part that must lie beside its own package. */
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  external: ['better-sqlite3'],
  // An older Node must get as far as the sentence that it is too old, so that it has to understand the whole file.
  transform: { target: 'node20' },
  output: { file: 'dist/transom-relay.mjs', format: 'esm', minify: true, codeSplitting: false },
});
