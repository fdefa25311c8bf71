import { app, BrowserWindow, type IpcMainEvent, ipcMain, screen, type WebPreferences } from 'electron';
import { portName } from '../../preload/port-names.ts';
import { identity, startUrl } from './identity.ts';
import { type Placement, placeWindow, smallestWindow } from './window-placement.ts';

/** Stated in full although most are defaults: a reader should not have to know the defaults of a version. */
export const webPreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  // macOS brings its own dictionaries; elsewhere Chromium would fetch them from Google.
  spellcheck: process.platform === 'darwin',
} as const satisfies WebPreferences;

/** Whether a message comes from our own page's main frame. The frame is null once it navigated or was destroyed. */
export function isOurPage(frame: { readonly url: string; readonly parent: unknown } | null): boolean {
  if (frame === null || frame.parent !== null) return false;
  const url = URL.parse(frame.url);
  return url !== null && url.protocol === `${identity.bundleScheme}:` && url.host === identity.bundleHost;
}

/** Creates the one window, hidden at first; it is shown when its first frame is painted, unless `startHidden`. */
export function createWindow(deps: {
  preloadPath: string;
  placement: Placement | null;
  startHidden: boolean;
}): BrowserWindow {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  const areas = others.map((display) => display.workArea);
  const { bounds, isMaximized } = placeWindow(deps.placement, [primary.workArea, ...areas]);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: identity.productName,
    show: false,
    webPreferences: { ...webPreferences, preload: deps.preloadPath, devTools: !app.isPackaged },
  });
  if (isMaximized) window.once('show', () => window.maximize());
  if (!deps.startHidden) window.once('ready-to-show', () => window.show());
  void window.loadURL(startUrl);
  return window;
}

/** The one message that the shell accepts from a page: a request for its port. Anybody else gets no answer. */
export function installPortRequests(deps: { attach(page: Electron.WebContents): void }): () => void {
  const onRequest = (event: IpcMainEvent): void => {
    if (isOurPage(event.senderFrame)) deps.attach(event.sender);
  };
  ipcMain.on(portName, onRequest);
  return () => void ipcMain.off(portName, onRequest);
}

export function showWindow(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Where a person left it: the size it returns to, not the size of a maximized window. */
export function placementOf(window: BrowserWindow): Placement | null {
  return window.isDestroyed() ? null : { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
}
