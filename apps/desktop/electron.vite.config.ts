import { fileURLToPath } from 'node:url';
import { defineConfig } from 'electron-vite';
import renderer from './renderer/vite.config.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Three bundles: the shell with the core's process beside it, the preload, and the page, which `vite build renderer`
 * builds the same way for the browser host. Dependencies stay external (they are native), devDependencies are bundled.
 */
export default defineConfig({
  main: {
    build: {
      outDir: here('out/main'),
      rolldownOptions: {
        input: { index: here('hosts/electron/main.ts'), 'core-process': here('hosts/electron/core-process.ts') },
      },
    },
  },
  preload: {
    build: {
      outDir: here('out/preload'),
      rolldownOptions: {
        input: { preload: here('preload/preload.ts') },
        // A sandboxed preload is loaded as CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    ...renderer,
    root: here('renderer'),
    build: {
      ...renderer.build,
      outDir: here('out/renderer'),
      // electron-vite does not minify on its own.
      minify: true,
      rolldownOptions: { ...renderer.build?.rolldownOptions, input: here('renderer/index.html') },
    },
  },
});
