import { defineConfig } from 'vitest/config';

/** Their tests share nothing but code, so a process runs file after file and loads that code once: half of a short test was loading. */
const rooms = ['packages/**/*.test.ts', 'apps/**/*.test.{ts,tsx}', 'build/checks/*.test.ts'];
/** What stands in for Electron is one module, and each of these files needs a fresh one. */
const electron = ['apps/desktop/hosts/electron/**/*.test.ts'];
/** What a person sees of the desk, drawn in jsdom: these run on a machine without a browser. */
const views = ['apps/desktop/renderer/**/*.dom.test.tsx'];
const never = ['**/node_modules/**', '**/out/**', '**/dist/**'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What tests wait for takes milliseconds, but longer on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    // Many files wait for real clocks and processes, so two cores carry three at a time; each file owns its folders and ports.
    maxWorkers: 3,
    pool: 'forks',
    globalSetup: 'build/before-tests.ts',
    projects: [
      {
        extends: true,
        test: { name: 'rooms', include: rooms, exclude: [...never, ...views, ...electron], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'views',
          include: views,
          exclude: never,
          environment: 'jsdom',
          setupFiles: ['apps/desktop/renderer/testing/jsdom-page.ts'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['build/*/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [...never, 'build/checks/**'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'electron', include: electron, exclude: never },
      },
    ],
  },
});
