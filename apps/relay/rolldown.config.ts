import { defineConfig } from 'rolldown';

/** The relay as one file. better-sqlite3 stays outside: it brings a native part that must lie beside its own package. */
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  external: ['better-sqlite3'],
  output: { file: 'dist/transom-relay.mjs', format: 'esm', minify: true, codeSplitting: false },
});
