import { accented, englishWords, plainWords, speakAccented } from '@transom/shared/testing/accented';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { control, journal } from '../../test/fake-electron/control.ts';
import { app, BrowserWindow } from '../../test/fake-electron/electron.ts';
import { decideBadge } from './badge.ts';
import { installClosing } from './closing.ts';
import { askAfterCrash, endWithReason } from './crashes.ts';
import { identity } from './identity.ts';
import { installMenu, menuOf } from './menu.ts';
import { installNotifications } from './notifications.ts';
import { installTray } from './tray.ts';
import { words } from './words.ts';

vi.mock('electron', () => import('../../test/fake-electron/electron.ts'));

beforeEach(() => {
  journal.length = 0;
  Object.assign(control, { hasTray: true, hasNotifications: true, dialogButton: 0, languages: ['en-GB'] });
});

function changeLanguage(): void {
  speakAccented();
  control.languages = ['uk'];
  onTestFinished(() => void (control.languages = ['en-GB']));
}

/** Everything that is written in a menu or a dialog. */
function writtenIn(shown: unknown): string[] {
  if (typeof shown === 'string') return [shown];
  if (typeof shown !== 'object' || shown === null) return [];
  return Object.entries(shown).flatMap(([key, value]) => (key === 'role' || key === 'type' ? [] : writtenIn(value)));
}
const english = englishWords();
const leftIn = (shown: unknown) =>
  writtenIn(shown)
    .flatMap(plainWords)
    .filter((word) => english.has(word) && word !== identity.productName);

test('menu and tray are rewritten when somebody comes back with another language', () => {
  const disposeMenu = installMenu('darwin');
  const tray = installTray({ os: 'linux', show: () => undefined });
  tray?.setWaiting(2);
  expect(leftIn([control.handlers.get('app-menu'), control.handlers.get('tray-menu')]).length).toBeGreaterThan(20);
  changeLanguage();
  app.emit('browser-window-focus');
  expect(leftIn([control.handlers.get('app-menu'), control.handlers.get('tray-menu')])).toEqual([]);
  expect(journal.at(-1)).toBe(`tray.setToolTip ${accented.hosts.tooltip(accented.hosts.waiting(2))}`);
  disposeMenu();
  tray?.dispose();
  expect(app.listenerCount('browser-window-focus') + app.listenerCount('browser-window-blur')).toBe(0);
});

test('a menu labels each of its entries itself, on every system', () => {
  type Entry = { role?: string; type?: string; label?: string; submenu?: unknown };
  const entries = (items: readonly Entry[]): Entry[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? entries(item.submenu as Entry[]) : [])]);
  for (const os of ['darwin', 'linux', 'win32']) {
    const named = entries(menuOf(os, words().hosts.menu) as Entry[]).filter(({ type }) => type !== 'separator');
    expect(named.length).toBeGreaterThan(10);
    // macOS itself calls the first menu by the name of the app.
    expect(
      named.filter(({ label, role }) => label === undefined && role !== 'appMenu'),
      os,
    ).toEqual([]);
  }
});

test('dialogs, badge and notifications use the current language', async () => {
  control.dialogs.length = 0;
  const window = new BrowserWindow({ x: 0, y: 0, width: 900, height: 600 });
  const dispose = installClosing({
    os: 'linux',
    window: window as never,
    facts: () => ({ isQuitting: false, hasTray: true, wasTold: false }),
    onExplained: () => undefined,
    quit: () => undefined,
  });
  const notifications = installNotifications({ os: 'win32', onClick: () => undefined });
  changeLanguage();
  window.emit('close', { preventDefault: () => undefined });
  await askAfterCrash('window');
  await askAfterCrash('core');
  endWithReason(new Error(''));
  await notifications.notify({ id: '1', conversationId: null, said: { kind: 'group', buyers: 3 }, urgent: true });
  dispose();
  expect(control.dialogs).toHaveLength(4);
  expect(leftIn(control.dialogs)).toEqual([]);
  const badge = decideBadge('win32', 2, 0);
  expect(badge).toMatchObject({ description: accented.hosts.waiting(2) });
  expect(control.notifications.at(-1)).toMatchObject({
    title: accented.notification.group(3),
    body: accented.notification.groupBody,
  });
});
