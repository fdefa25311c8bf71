import { count } from './count.ts';

/** Texts outside of the window: dialogs, menus, the tray, and the terminal. Part of the catalogue in `en.ts`. */
export const hosts = {
  quit: 'Quit',
  open: 'Open Transom',
  waiting: (n: number) =>
    n === 0 ? 'Nobody is waiting' : count(n, 'conversation is waiting', 'conversations are waiting'),
  tooltip: (waiting: string) => `Transom: ${waiting}`,

  closing: {
    message: 'Transom keeps running',
    detail:
      'The window closes, but Transom still tells you when someone writes. You will find it next to the clock; choose Quit there to stop it.',
    keep: 'Keep running',
  },
  crash: {
    window: 'The Transom window stopped twice',
    core: 'The part of Transom that keeps your data stopped twice',
    detail: 'Nothing you sent or typed is lost: it is saved on disk. Start it again, or quit and start Transom later.',
    restart: 'Start again',
  },
  cannotStart: 'Transom cannot start',

  menu: {
    about: 'About Transom',
    services: 'Services',
    hide: 'Hide Transom',
    hideOthers: 'Hide Others',
    unhide: 'Show All',
    quit: 'Quit Transom',
    edit: 'Edit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    pasteAndMatchStyle: 'Paste and Match Style',
    delete: 'Delete',
    selectAll: 'Select All',
    substitutions: 'Substitutions',
    showSubstitutions: 'Show Substitutions',
    smartQuotes: 'Smart Quotes',
    smartDashes: 'Smart Dashes',
    textReplacement: 'Text Replacement',
    speech: 'Speech',
    startSpeaking: 'Start Speaking',
    stopSpeaking: 'Stop Speaking',
    view: 'View',
    resetZoom: 'Actual Size',
    zoomIn: 'Zoom In',
    zoomOut: 'Zoom Out',
    fullScreen: 'Toggle Full Screen',
    window: 'Window',
    minimize: 'Minimize',
    zoom: 'Zoom',
    front: 'Bring All to Front',
    close: 'Close',
  },

  terminal: {
    ready: (url: string) => `Transom is ready: ${url}`,
    notPaired: (why: string) => `This desk could not be paired: ${why}`,
    portInUse: (port: number) =>
      `Port ${port} is in use by another program: close that, or choose another with --port (0 takes any free one).`,
    portForbidden: (port: number) =>
      `Your user account may not use port ${port}: choose one above 1023 with --port (0 takes any free one).`,
    portRange: '--port takes a number from 0 to 65535.',
    pairCodeAlone: '--pair-code needs --relay as well.',
    otherAddress: 'This is not the address of this desk.',
    usage: `Usage: node apps/desktop/hosts/browser/main.ts [options]
  --data DIR         where this desk keeps its files (default: ~/.transom)
  --port N           port on 127.0.0.1 (default: 0, any free one)
  --relay URL        the relay to pair with, together with --pair-code
  --pair-code CODE   a one-time code from the relay
  --name NAME        what this desk is called there (default: Browser)
  --json             print {"url"} as one line when ready`,
    deskName: 'Browser',
  },
} as const;
