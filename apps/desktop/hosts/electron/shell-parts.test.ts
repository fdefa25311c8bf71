import { beforeEach, expect, test, vi } from 'vitest';
import { control, journal } from '../../test/fake-electron/control.ts';
import { BrowserWindow, powerMonitor, type Tray } from '../../test/fake-electron/electron.ts';
import { installBadge } from './badge.ts';
import { installClosing } from './closing.ts';
import { installPageCrashes } from './crashes.ts';
import { openOutside } from './external.ts';
import { installNotifications } from './notifications.ts';
import { installPermissions } from './permissions.ts';
import { installPower } from './power.ts';
import { installTray } from './tray.ts';

vi.mock('electron', () => import('../../test/fake-electron/electron.ts'));

const makeWindow = () => {
  const fake = new BrowserWindow({ x: 0, y: 0, width: 900, height: 600 });
  return { fake, window: fake as never };
};

beforeEach(() => {
  journal.length = 0;
  Object.assign(control, { hasTray: true, hasNotifications: true, dialogButton: 0 });
});

test('only web, mail and phone links leave the app', async () => {
  for (const url of [
    'file:///etc/passwd',
    'javascript:alert(1)',
    '\\\\server\\share',
    'smb://server/x',
    'transom-desk://open/1',
    'ms-msdt:x',
    '',
  ]) {
    await openOutside(url);
  }
  expect(journal).toEqual([]);
  await openOutside('https://example.com/a b');
  expect(journal).toEqual(['shell.openExternal https://example.com/a%20b']);
});

test('a notification replaces the one with its id, and a click opens its conversation', async () => {
  const onClick = vi.fn();
  const notifications = installNotifications({ os: 'linux', onClick });
  const wrote = (name: string) => ({ kind: 'message' as const, name, preview: '<b>Hi</b>' });
  const notification = { id: 'c1', conversationId: 'c1', said: wrote('Anna'), urgent: false };
  expect(await notifications.notify(notification)).toEqual({ ok: true });
  expect(await notifications.notify({ ...notification, said: wrote('Anna, 2 messages') })).toEqual({ ok: true });
  expect(journal).toEqual(['notification.show Anna', 'notification.close Anna', 'notification.show Anna, 2 messages']);
  expect(control.notifications.at(-1)).toMatchObject({ body: '&lt;b&gt;Hi&lt;/b&gt;', urgency: 'normal' });
  notifications.closeNotification('c1');
  notifications.closeNotification('unknown');
  expect(journal.at(-1)).toBe('notification.close Anna, 2 messages');
});

test('if no notification can be shown, that is reported', async () => {
  control.hasNotifications = false;
  const notifications = installNotifications({ os: 'linux', onClick: () => undefined });
  const result = await notifications.notify({ id: '1', conversationId: null, said: { kind: 'test' }, urgent: true });
  expect(result).toEqual({
    ok: false,
    refusal: { code: 'not_configured', reason: 'not_configured.no_notifications' },
  });
});

test('a badge on Windows is a picture with a description, and flashes until nobody waits', () => {
  const { window } = makeWindow();
  const setBadge = installBadge({ os: 'win32', window });
  journal.length = 0;
  setBadge(2);
  setBadge(1);
  setBadge(0);
  expect(journal).toEqual([
    'window.setOverlayIcon some 2 conversations are waiting',
    'window.flashFrame true',
    'window.setOverlayIcon some 1 conversation is waiting',
    'window.setOverlayIcon none Nobody is waiting',
    'window.flashFrame false',
  ]);
});

test('several signs of waking up are one wake, and unlocking a screen does not count as a sleep', async () => {
  const wake = vi.fn();
  const quit = vi.fn();
  const dispose = installPower({ wake, quit });
  for (const sign of ['resume', 'unlock-screen', 'user-did-become-active']) powerMonitor.emit(sign);
  await vi.waitFor(() => expect(wake).toHaveBeenCalledTimes(1), 3_000);
  expect(wake).toHaveBeenCalledWith(true);
  powerMonitor.emit('unlock-screen');
  await vi.waitFor(() => expect(wake).toHaveBeenCalledTimes(2), 3_000);
  expect(wake).toHaveBeenLastCalledWith(false);
  powerMonitor.emit('shutdown', { preventDefault: () => undefined });
  expect(quit).toHaveBeenCalledTimes(1);
  dispose();
  expect(powerMonitor.eventNames()).toEqual([]);
});

test('if the system has no tray, there is none, and the app continues', () => {
  control.hasTray = false;
  expect(installTray({ os: 'linux', show: () => undefined })).toBeNull();
});

test('the tray says how many wait, and a click shows the window', () => {
  const show = vi.fn();
  const tray = installTray({ os: 'linux', show });
  tray?.setWaiting(4);
  expect(journal.at(-1)).toBe('tray.setToolTip Transom: 4 conversations are waiting');
  (control.trays.at(-1) as Tray).emit('click');
  expect(show).toHaveBeenCalledTimes(1);
});

test('the first close explains that the app keeps running; a person may quit there', async () => {
  const { fake, window } = makeWindow();
  const quit = vi.fn();
  let wasTold = false;
  const dispose = installClosing({
    os: 'linux',
    window,
    facts: () => ({ isQuitting: false, hasTray: true, wasTold }),
    onExplained: () => void (wasTold = true),
    quit,
  });
  const preventDefault = vi.fn();
  journal.length = 0;
  fake.emit('close', { preventDefault });
  await vi.waitFor(() => expect(journal).toEqual(['dialog.showMessageBox', 'window.hide']));
  fake.emit('close', { preventDefault });
  expect(journal.filter((entry) => entry.startsWith('dialog'))).toHaveLength(1);
  expect(preventDefault).toHaveBeenCalledTimes(2);
  wasTold = false;
  control.dialogButton = 1;
  fake.emit('close', { preventDefault });
  await vi.waitFor(() => expect(quit).toHaveBeenCalledTimes(1));
  dispose();
});

test('a dead page is reloaded once, then a person decides', async () => {
  const { fake, window } = makeWindow();
  const quit = vi.fn();
  const dispose = installPageCrashes({ window, quit });
  journal.length = 0;
  fake.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  expect(journal).toEqual(['webContents.reload']);
  control.dialogButton = 1;
  fake.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  await vi.waitFor(() => expect(quit).toHaveBeenCalledTimes(1));
  expect(journal).toEqual(['webContents.reload', 'dialog.showMessageBox']);
  dispose();
});

test('requests, checks, devices and screens are refused alike', () => {
  installPermissions();
  const answers: unknown[] = [];
  const call = (name: string, ...args: unknown[]) =>
    (control.handlers.get(name) as (...all: unknown[]) => unknown)(...args);
  call('setPermissionRequestHandler', null, 'media', (allowed: boolean) => answers.push(allowed));
  answers.push(call('setPermissionCheckHandler', null, 'media'));
  answers.push(call('setDevicePermissionHandler', {}));
  call('setDisplayMediaRequestHandler', {}, (streams: unknown) => answers.push(streams));
  expect(answers).toEqual([false, false, false, {}]);
});
