import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,packages,build,tests}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/out/**', '**/dist/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What tests wait for takes milliseconds, but longer on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    // Two cores carry two files at a time; each file owns its folders and ports.
    maxWorkers: 2,
    pool: 'forks',
  },
});
