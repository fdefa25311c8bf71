import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The desk's page is served under a policy without inline styles, scripts, or data: fonts, so nothing may be inlined.
 */
export default defineConfig({
  base: './',
  plugins: [react()],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // One file from this computer's disk: splitting it would gain nothing.
    chunkSizeWarningLimit: 1_000,
  },
});
