import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { decideBadge } from './badge.ts';
import { decideClose } from './closing.ts';
import { decideCoreExit, decidePageGone } from './crash-policy.ts';
import { drawCount, drawTray } from './drawn-images.ts';
import { parseFlags } from './flags.ts';
import { decideText } from './notifications.ts';
import { decidePermission } from './permissions.ts';
import { checkRemembered } from './remembered.ts';
import { runInOrder } from './shutdown.ts';
import { isOurPage, webPreferences } from './window.ts';
import { placeWindow, type Rectangle, smallestWindow } from './window-placement.ts';

vi.mock('electron', () => import('../../test/fake-electron/electron.ts'));

test('a page gets no permission except to copy', () => {
  expect(decidePermission('clipboard-sanitized-write')).toBe(true);
  for (const name of [
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'openExternal',
    'usb',
    'fileSystem',
    'new-in-50',
    '__proto__',
    '',
  ]) {
    expect(decidePermission(name)).toBe(false);
  }
});

test('the page has neither Node nor the preload world, and nothing that weakens web security is set', () => {
  expect(webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webviewTag: false,
  });
  for (const name of ['webSecurity', 'allowRunningInsecureContent', 'experimentalFeatures', 'enableBlinkFeatures']) {
    expect(webPreferences).not.toHaveProperty(name);
  }
});

test('only the main frame of our own page is served', () => {
  expect(isOurPage({ url: 'transom://desk/index.html', parent: null })).toBe(true);
  expect(isOurPage(null)).toBe(false);
  expect(isOurPage({ url: 'transom://desk/index.html', parent: {} })).toBe(false);
  for (const url of [
    'transom://desk.evil.example/',
    'transom://evil/desk',
    'https://transom//desk/',
    'file:///transom://desk/',
    'transom-desk://desk/',
    'about:blank',
    '',
  ]) {
    expect(isOurPage({ url, parent: null })).toBe(false);
  }
});

describe('window placement', () => {
  const left: Rectangle = { x: 0, y: 0, width: 1920, height: 1040 };
  const right: Rectangle = { x: 1920, y: 0, width: 1280, height: 984 };

  test('opens where it was, maximized if it was', () => {
    const saved = { bounds: { x: 2000, y: 50, width: 1000, height: 700 }, isMaximized: true };
    expect(placeWindow(saved, [left, right])).toEqual(saved);
  });

  test('a window on a display that is gone comes back to the primary one', () => {
    const saved = { bounds: { x: 2000, y: 50, width: 1000, height: 700 }, isMaximized: false };
    expect(placeWindow(saved, [left])).toEqual({
      bounds: { x: 460, y: 170, width: 1000, height: 700 },
      isMaximized: false,
    });
  });

  test('a window that spanned displays is made to fit where its title bar can still be grabbed', () => {
    const saved = { bounds: { x: -1920, y: 0, width: 2040, height: 700 }, isMaximized: false };
    expect(placeWindow(saved, [left]).bounds).toEqual({ x: 0, y: 170, width: 1920, height: 700 });
  });

  test('whatever was saved, the title bar can be grabbed', () => {
    const coordinate = fc.integer({ min: -6_000, max: 6_000 });
    const bounds = fc.record({ x: coordinate, y: coordinate, width: coordinate, height: coordinate });
    fc.assert(
      fc.property(bounds, (saved) => {
        const placed = placeWindow({ bounds: saved, isMaximized: false }, [left, right]).bounds;
        expect(placed.width).toBeGreaterThanOrEqual(smallestWindow.width);
        expect(placed.height).toBeGreaterThanOrEqual(smallestWindow.height);
        const isGrabbable = [left, right].some((area) => {
          const overlap = Math.min(placed.x + placed.width, area.x + area.width) - Math.max(placed.x, area.x);
          return overlap >= 120 && placed.y >= area.y && placed.y + 24 <= area.y + area.height;
        });
        expect(isGrabbable).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});

test('what was remembered is accepted only in the right shape', () => {
  const placement = { bounds: { x: 1, y: 2, width: 900, height: 600 }, isMaximized: true };
  expect(checkRemembered({ placement, wasToldAboutTray: true })).toEqual({ placement, wasToldAboutTray: true });
  const nothing = { placement: null, wasToldAboutTray: false };
  for (const value of [
    null,
    7,
    'x',
    [],
    {},
    { placement: { bounds: { x: '1' } } },
    { placement: { bounds: { x: 1e300, y: 0, width: 1, height: 1 } } },
  ]) {
    expect(checkRemembered(value)).toEqual(nothing);
  }
});

test('the core is restarted once automatically, then a person is asked', () => {
  expect(decideCoreExit(true, null, 0)).toBe('ignore');
  expect(decideCoreExit(false, null, 5_000)).toBe('restart');
  expect(decideCoreExit(false, 5_000, 6_000)).toBe('ask');
  expect(decideCoreExit(false, 5_000, 5_000 + 15 * 60_000)).toBe('restart');
});

test('a page is reloaded once within half a minute, then a person is asked', () => {
  expect(decidePageGone('clean-exit', null, 0)).toBe('ignore');
  expect(decidePageGone('crashed', null, 1_000)).toBe('restart');
  expect(decidePageGone('oom', 1_000, 30_999)).toBe('ask');
  expect(decidePageGone('crashed', 1_000, 31_000)).toBe('restart');
});

test('closing hides the window if the app can be found again', () => {
  const facts = { isQuitting: false, hasTray: true, wasTold: true };
  expect(decideClose('linux', facts)).toBe('hide');
  expect(decideClose('linux', { ...facts, wasTold: false })).toBe('hide-and-explain');
  expect(decideClose('linux', { ...facts, hasTray: false })).toBe('quit');
  expect(decideClose('darwin', { ...facts, wasTold: false })).toBe('hide');
  expect(decideClose('linux', { ...facts, isQuitting: true })).toBe('let');
});

test('what a buyer wrote stays text in a Linux notification', () => {
  const text = { title: 'Anna & Co', body: '<a href="https://evil.example">Price</a> &amp; date?' };
  expect(decideText('linux', text)).toEqual({
    title: 'Anna & Co',
    body: '&lt;a href="https://evil.example"&gt;Price&lt;/a&gt; &amp;amp; date?',
  });
  expect(decideText('win32', text)).toEqual(text);
});

test('a macOS notification is cut at 256 bytes, between letters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 60, maxLength: 400, size: 'max' }), (body) => {
      const cut = decideText('darwin', { title: '', body }).body;
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(256);
      expect(cut === body || (cut.endsWith('…') && body.startsWith(cut.slice(0, -1)))).toBe(true);
      expect(cut.isWellFormed()).toBe(true);
    }),
  );
});

test('the badge counts, and flashes on Windows only for more', () => {
  expect(decideBadge('darwin', 4, 0)).toEqual({ kind: 'count', count: 4 });
  expect(decideBadge('linux', -1, 0)).toEqual({ kind: 'count', count: 0 });
  expect(decideBadge('linux', Number.NaN, 0)).toEqual({ kind: 'count', count: 0 });
  expect(decideBadge('win32', 4, 3)).toMatchObject({ text: '4', shouldFlash: true });
  expect(decideBadge('win32', 3, 4)).toMatchObject({ text: '3', shouldFlash: false });
  expect(decideBadge('win32', 1_234, 0)).toMatchObject({ text: '99' });
  expect(decideBadge('win32', 0, 4)).toMatchObject({ text: null, shouldFlash: false });
});

test('drawn images are whole bitmaps, and each number looks different', () => {
  const drawings = Array.from({ length: 99 }, (_each, index) => drawCount(String(index + 1)).toString('hex'));
  expect(new Set(drawings).size).toBe(99);
  expect(drawTray('linux')).toHaveLength(32 * 32 * 4);
  expect(drawTray('darwin').equals(drawTray('linux'))).toBe(false);
});

test('flags of other programs are ignored', () => {
  expect(parseFlags(['--enable-features=X', '--data', '/srv/desk', '--hidden', 'transom-desk://open/1'])).toEqual({
    dataDir: '/srv/desk',
    startHidden: true,
  });
  expect(parseFlags(['--data', '--hidden'])).toEqual({ dataDir: null, startHidden: true });
  expect(parseFlags(['--data='])).toEqual({ dataDir: null, startHidden: false });
});

test('every step of the shutdown gets its turn, in order', async () => {
  const done: string[] = [];
  await runInOrder([
    async () => {
      await Promise.resolve();
      done.push('first');
    },
    () => {
      throw new Error('disk full');
    },
    () => void done.push('third'),
  ]);
  expect(done).toEqual(['first', 'third']);
});
