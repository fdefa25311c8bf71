import { app, Menu, nativeImage, Tray } from 'electron';
import { describeCount } from './badge.ts';
import { drawTray, imageSize } from './drawn-images.ts';
import { identity } from './identity.ts';

export type DeskTray = { setWaiting(count: number): void; dispose(): void };

/**
 * The desk's place while its window is closed, or null where the system has none. Many Linux desktops take a tray icon
 * and show none (GNOME without an extension); nothing tells us, so the app can be opened again by starting it again.
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
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: `Open ${identity.productName}`, click: deps.show },
      { type: 'separator' },
      { label: 'Quit', click: () => app.quit() },
    ]),
  );
  tray.setToolTip(identity.productName);
  tray.on('click', deps.show);
  return {
    setWaiting(count) {
      if (!tray.isDestroyed()) tray.setToolTip(`${identity.productName}: ${describeCount(count)}`);
    },
    dispose: () => tray.destroy(),
  };
}
