import { app, type WebContents } from 'electron';

/**
 * The window loads one page once and goes nowhere else: every navigation, redirect, frame, webview and new window is
 * stopped. A link that the page opens on its own, bypassing the contract, leaves through the same gate as all others.
 */
export function installNavigationLock(deps: { openOutside(url: string): Promise<void> }): () => void {
  const onCreated = (_event: unknown, contents: WebContents): void => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      void deps.openOutside(url);
      return { action: 'deny' };
    });
  };
  app.on('web-contents-created', onCreated);
  return () => void app.off('web-contents-created', onCreated);
}
