import { EventEmitter } from 'node:events';
import { control, journal, note } from './control.ts';

export { MessageChannelMain, MessagePortMain, utilityProcess } from './ports.ts';

/**
 * Stands in for the `electron` module where its binary cannot run. It does just enough to show the shell's wiring;
 * `surface.ts` fails to compile when something here does not exist in Electron.
 */
class App extends EventEmitter {
  readonly isPackaged = true;
  private readonly paths = new Map<string, string>();
  setName = (name: string) => note(`app.setName ${name}`);
  setAppUserModelId = (id: string) => note(`app.setAppUserModelId ${id}`);
  setPath = (name: string, path: string) => void this.paths.set(name, path);
  getPath = (name: string) => this.paths.get(name) ?? control.userData;
  getVersion = () => '0.1.0';
  getPreferredSystemLanguages = () => [...control.languages];
  requestSingleInstanceLock = (): boolean => !control.isSecondInstance;
  setAsDefaultProtocolClient = (scheme: string) => note(`app.setAsDefaultProtocolClient ${scheme}`);
  enableSandbox = () => note('app.enableSandbox');
  setBadgeCount = (count: number) => note(`app.setBadgeCount ${count}`);
  quit = () => void this.emit('before-quit', { preventDefault: () => undefined });
  exit = (code: number) => note(`app.exit ${code}`);
  async whenReady(): Promise<void> {
    // Electron is ready only after the main module has run to its end.
    await new Promise((resolve) => setImmediate(resolve));
    note('app.ready');
  }
}
export const app = new App();

class WebContents extends EventEmitter {
  isDestroyed = (): boolean => false;
  reload = () => note('webContents.reload');
  setWindowOpenHandler = (handler: unknown) => void control.handlers.set('window-open', handler);
  postMessage = (channel: string, message: unknown, transfer: unknown[]) =>
    void this.emit('fake-post', channel, message, transfer);
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents();
  private readonly options: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  constructor(options: { x: number; y: number; width: number; height: number }) {
    super();
    this.options = options;
    note('BrowserWindow');
    control.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    note(`window.loadURL ${url}`);
  }
  show = () => note('window.show');
  hide = () => note('window.hide');
  focus = () => note('window.focus');
  restore = () => note('window.restore');
  maximize = () => note('window.maximize');
  destroy = () => note('window.destroy');
  isDestroyed = (): boolean => journal.includes('window.destroy');
  isMinimized = (): boolean => false;
  isMaximized = (): boolean => false;
  isFocused = (): boolean => false;
  getNormalBounds = () => this.options;
  setOverlayIcon = (image: unknown, description: string) =>
    note(`window.setOverlayIcon ${image === null ? 'none' : 'some'} ${description}`);
  flashFrame = (flag: boolean) => note(`window.flashFrame ${flag}`);
}

export class Notification extends EventEmitter {
  static isSupported = (): boolean => control.hasNotifications;
  private readonly options: { readonly title?: string };
  constructor(options: { title?: string }) {
    super();
    this.options = options;
    control.notifications.push(options);
  }
  show(): void {
    note(`notification.show ${this.options.title}`);
    this.emit('show', {});
  }
  close(): void {
    note(`notification.close ${this.options.title}`);
    this.emit('close', {});
  }
}

export class Tray extends EventEmitter {
  constructor(_image: unknown) {
    super();
    if (!control.hasTray) throw new Error('no tray');
    note('Tray');
    control.trays.push(this);
  }
  setContextMenu = (menu: unknown) => void control.handlers.set('tray-menu', menu);
  setToolTip = (text: string) => note(`tray.setToolTip ${text}`);
  isDestroyed = (): boolean => false;
  destroy = () => note('tray.destroy');
}

export const Menu = {
  buildFromTemplate: (template: unknown) => template,
  setApplicationMenu: (menu: unknown) => {
    control.handlers.set('app-menu', menu);
    note('Menu.setApplicationMenu');
  },
};

export const nativeImage = {
  createFromBitmap: (bitmap: Buffer, _options: unknown) => ({
    bitmap,
    setTemplateImage: (_flag: boolean) => undefined,
  }),
};

export const protocol = {
  registerSchemesAsPrivileged: (schemes: readonly { scheme: string }[]) =>
    note(`protocol.register ${schemes.map((each) => each.scheme).join()}`),
};

const handle = (name: string) => (handler: unknown) => {
  note(`session.${name}`);
  control.handlers.set(name, handler);
};

export const session = {
  defaultSession: {
    protocol: {
      handle: (scheme: string, handler: unknown) => handle(`protocol.handle ${scheme}`)(handler),
      unhandle: (scheme: string) => note(`session.protocol.unhandle ${scheme}`),
    },
    setPermissionRequestHandler: handle('setPermissionRequestHandler'),
    setPermissionCheckHandler: handle('setPermissionCheckHandler'),
    setDevicePermissionHandler: handle('setDevicePermissionHandler'),
    setDisplayMediaRequestHandler: handle('setDisplayMediaRequestHandler'),
  },
};

const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } };
export const screen = { getPrimaryDisplay: () => display, getAllDisplays: () => [display] };

export const dialog = {
  /** With or without the window that it belongs to. */
  async showMessageBox(...args: readonly unknown[]): Promise<{ response: number }> {
    control.dialogs.push(args.at(-1));
    note('dialog.showMessageBox');
    return { response: control.dialogButton };
  },
  showErrorBox: (title: string, content: string) => {
    control.dialogs.push({ title });
    note(`dialog.showErrorBox ${title}: ${content}`);
  },
};

export const shell = {
  async openExternal(url: string): Promise<void> {
    note(`shell.openExternal ${url}`);
  },
};

export const ipcMain = new EventEmitter();
export const powerMonitor = new EventEmitter();
