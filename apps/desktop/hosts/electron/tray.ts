import { app, Menu, nativeImage, Tray } from 'electron';
import { drawTray, imageSize } from './drawn-images.ts';
import { identity } from './identity.ts';
import { followLanguage, words } from './words.ts';

export type DeskTray = { setWaiting(count: number): void; dispose(): void };

/**
 * The desk's place while its window is closed, or null if the system has none. Many Linux desktops accept a tray icon
 * and show none (GNOME without an extension); nothing tells us, so starting the app again also opens the window.
 */
export function installTray(deps: { os: string; show(): void }): DeskTray | null {
  let tray: Tray;
  try {
    const image = nativeImage.createFromBitmap(drawTray(deps.os), imageSize);
    image.setTemplateImage(deps.os === 'darwin');
    tray = new Tray(image);
  } catch {
    return null;
  }
  let waiting: number | null = null;
  const sayWaiting = (): void => {
    const { hosts } = words();
    if (tray.isDestroyed()) return;
    tray.setToolTip(waiting === null ? identity.productName : hosts.tooltip(hosts.waiting(waiting)));
  };
  const relabel = (): void => {
    const { hosts } = words();
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: hosts.open, click: deps.show },
        { type: 'separator' },
        { label: hosts.quit, click: () => app.quit() },
      ]),
    );
    sayWaiting();
  };
  relabel();
  const stopFollowing = followLanguage(relabel);
  tray.on('click', deps.show);
  return {
    setWaiting(count) {
      waiting = count;
      sayWaiting();
    },
    dispose() {
      stopFollowing();
      tray.destroy();
    },
  };
}
