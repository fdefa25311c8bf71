import { defineConfig } from 'vitest/config';

/** The second tier. One file at a time: each one measures, and must not disturb another's figures. */
export default defineConfig({
  test: {
    include: ['{apps,packages,tests}/**/*.long.ts'],
    exclude: ['**/node_modules/**', '**/out/**', '**/dist/**'],
    testTimeout: 60 * 60_000,
    hookTimeout: 10 * 60_000,
    fileParallelism: false,
    pool: 'forks',
    globalSetup: 'build/before-tests.ts',
  },
});
