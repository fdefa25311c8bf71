import { EventEmitter } from 'node:events';
export { MessageChannelMain, MessagePortMain, utilityProcess } from './ports.ts';
/**
 * Stands in for the `electron` module where its binary cannot run. It does as little as the shell's wiring can be seen
 * by; `surface.ts` fails to compile when something here does not exist in Electron.
 */
declare class App extends EventEmitter {
    readonly isPackaged = true;
    private readonly paths;
    setName: (name: string) => void;
    setAppUserModelId: (id: string) => void;
    setPath: (name: string, path: string) => undefined;
    getPath: (name: string) => string;
    getVersion: () => string;
    requestSingleInstanceLock: () => boolean;
    setAsDefaultProtocolClient: (scheme: string) => boolean;
    enableSandbox: () => void;
    setBadgeCount: (count: number) => boolean;
    quit: () => undefined;
    exit: (code: number) => void;
    whenReady(): Promise<void>;
}
export declare const app: App;
declare class WebContents extends EventEmitter {
    isDestroyed: () => boolean;
    reload: () => void;
    setWindowOpenHandler: (handler: unknown) => undefined;
    postMessage: (channel: string, message: unknown, transfer: unknown[]) => undefined;
}
export declare class BrowserWindow extends EventEmitter {
    readonly webContents: WebContents;
    private readonly options;
    constructor(options: {
        x: number;
        y: number;
        width: number;
        height: number;
    });
    loadURL(url: string): Promise<void>;
    show: () => void;
    hide: () => void;
    focus: () => void;
    restore: () => void;
    maximize: () => void;
    destroy: () => void;
    isDestroyed: () => boolean;
    isMinimized: () => boolean;
    isMaximized: () => boolean;
    isFocused: () => boolean;
    getNormalBounds: () => {
        readonly x: number;
        readonly y: number;
        readonly width: number;
        readonly height: number;
    };
    setOverlayIcon: (image: unknown, description: string) => void;
    flashFrame: (flag: boolean) => void;
}
export declare class Notification extends EventEmitter {
    static isSupported: () => boolean;
    private readonly options;
    constructor(options: {
        title?: string;
    });
    show(): void;
    close(): void;
}
export declare class Tray extends EventEmitter {
    constructor(_image: unknown);
    setContextMenu: (menu: unknown) => undefined;
    setToolTip: (text: string) => void;
    isDestroyed: () => boolean;
    destroy: () => void;
}
export declare const Menu: {
    buildFromTemplate: (template: unknown) => unknown;
    setApplicationMenu: (_menu: unknown) => void;
};
export declare const nativeImage: {
    createFromBitmap: (bitmap: Buffer, _options: unknown) => {
        bitmap: Buffer<ArrayBufferLike>;
        setTemplateImage: (_flag: boolean) => undefined;
    };
};
export declare const protocol: {
    registerSchemesAsPrivileged: (schemes: readonly {
        scheme: string;
    }[]) => void;
};
export declare const session: {
    defaultSession: {
        protocol: {
            handle: (scheme: string, handler: unknown) => void;
            unhandle: (scheme: string) => void;
        };
        setPermissionRequestHandler: (handler: unknown) => void;
        setPermissionCheckHandler: (handler: unknown) => void;
        setDevicePermissionHandler: (handler: unknown) => void;
        setDisplayMediaRequestHandler: (handler: unknown) => void;
    };
};
export declare const screen: {
    getPrimaryDisplay: () => {
        id: number;
        workArea: {
            x: number;
            y: number;
            width: number;
            height: number;
        };
    };
    getAllDisplays: () => {
        id: number;
        workArea: {
            x: number;
            y: number;
            width: number;
            height: number;
        };
    }[];
};
export declare const dialog: {
    showMessageBox(): Promise<{
        response: number;
    }>;
    showErrorBox: (title: string, content: string) => void;
};
export declare const shell: {
    openExternal(url: string): Promise<void>;
};
export declare const ipcMain: EventEmitter<[never]>;
export declare const powerMonitor: EventEmitter<[never]>;
