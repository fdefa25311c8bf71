import type { Text } from '@transom/shared';
import { Menu, type MenuItemConstructorOptions } from 'electron';
import { followLanguage, words } from './words.ts';

/** Only what carries shortcuts that people expect: editing, zoom, and the window. */
export function installMenu(os: string): () => void {
  const relabel = () => Menu.setApplicationMenu(Menu.buildFromTemplate(menuOf(os, words().hosts.menu)));
  relabel();
  return followLanguage(relabel);
}

/** Electron's roles bring actions and shortcuts, but their labels are English in every language. */
export function menuOf(os: string, menu: Text['hosts']['menu']): MenuItemConstructorOptions[] {
  const isMac = os === 'darwin';
  const separator = { type: 'separator' } as const;
  const app: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about', label: menu.about },
      separator,
      { role: 'services', label: menu.services },
      separator,
      { role: 'hide', label: menu.hide },
      { role: 'hideOthers', label: menu.hideOthers },
      { role: 'unhide', label: menu.unhide },
      separator,
      { role: 'quit', label: menu.quit },
    ],
  };
  const selectAll = { role: 'selectAll', label: menu.selectAll } as const;
  const remove = { role: 'delete', label: menu.delete } as const;
  const edit: MenuItemConstructorOptions = {
    role: 'editMenu',
    label: menu.edit,
    submenu: [
      { role: 'undo', label: menu.undo },
      { role: 'redo', label: menu.redo },
      separator,
      { role: 'cut', label: menu.cut },
      { role: 'copy', label: menu.copy },
      { role: 'paste', label: menu.paste },
      ...(isMac
        ? [{ role: 'pasteAndMatchStyle', label: menu.pasteAndMatchStyle } as const, remove, selectAll, ...macEdit(menu)]
        : [remove, separator, selectAll]),
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: menu.view,
    submenu: [
      { role: 'resetZoom', label: menu.resetZoom },
      { role: 'zoomIn', label: menu.zoomIn },
      { role: 'zoomOut', label: menu.zoomOut },
      separator,
      { role: 'togglefullscreen', label: menu.fullScreen },
    ],
  };
  const window: MenuItemConstructorOptions = {
    role: 'windowMenu',
    label: menu.window,
    submenu: [
      { role: 'minimize', label: menu.minimize },
      { role: 'zoom', label: menu.zoom },
      ...(isMac
        ? [separator, { role: 'front', label: menu.front } as const]
        : [{ role: 'close', label: menu.close } as const]),
    ],
  };
  return [...(isMac ? [app] : []), edit, view, window];
}

function macEdit(menu: Text['hosts']['menu']): MenuItemConstructorOptions[] {
  return [
    { type: 'separator' },
    {
      label: menu.substitutions,
      submenu: [
        { role: 'showSubstitutions', label: menu.showSubstitutions },
        { type: 'separator' },
        { role: 'toggleSmartQuotes', label: menu.smartQuotes },
        { role: 'toggleSmartDashes', label: menu.smartDashes },
        { role: 'toggleTextReplacement', label: menu.textReplacement },
      ],
    },
    {
      label: menu.speech,
      submenu: [
        { role: 'startSpeaking', label: menu.startSpeaking },
        { role: 'stopSpeaking', label: menu.stopSpeaking },
      ],
    },
  ];
}
