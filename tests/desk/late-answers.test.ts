import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from '../../build/stack/chromium.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { openWindow, type Seat } from './people-at-desks.ts';

/** A core or relay that answers late: by then the person may be elsewhere, and is not pulled back. */
let stack: Stack;
let browser: Browser;
let seat: Seat;
let page: Page;
let answers: Held;

beforeAll(async () => {
  stack = await startStack();
  browser = await launchChromium();
  const desk = await stack.startDesk({ code: stack.ownerCode, name: 'Dana' });
  seat = await openWindow(browser, desk.ready.url);
  page = seat.page;
  answers = await holdable(page);
  await page.reload();
  const account = stack.accounts[0]!;
  for (const name of ['Ann Berg', 'Ben Cole', 'Cleo Dahl']) {
    const buyer = await stack.simulator.buyer({ account, name, username: name.toLowerCase().replace(' ', '.') });
    await stack.simulator.writes({ account, buyer, text: `Hello from ${name}` });
    await seat.row(name).waitFor();
  }
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});
beforeEach(async () => {
  for (let open = 0; open < 3; open += 1) await page.keyboard.press('Escape');
  await page.getByTestId('thread').waitFor({ state: 'detached' });
});

type Held = {
  /** The answer to the next call of this method waits; resolves when the window has made that call. */
  hold(method: string): Promise<void>;
  release(): void;
};

/** The window's socket, with a core whose answers can be held back. */
async function holdable(on: Page): Promise<Held> {
  let waiting: { readonly method: string; readonly asked: () => void } | null = null;
  let heldId: string | null = null;
  let isReleased = Promise.withResolvers<void>();
  await on.routeWebSocket(/\/core$/, (socket) => {
    const core = socket.connectToServer();
    socket.onMessage((message) => {
      const { m, i } = JSON.parse(String(message)) as { m?: string; i?: string };
      if (waiting !== null && m === waiting.method) {
        heldId = i ?? null;
        waiting.asked();
        waiting = null;
      }
      core.send(message);
    });
    core.onMessage((message) => {
      const { t, i } = JSON.parse(String(message)) as { t?: string; i?: string };
      if (t === 's' && i === heldId) void isReleased.promise.then(() => socket.send(message));
      else socket.send(message);
    });
  });
  return {
    hold(method) {
      isReleased = Promise.withResolvers<void>();
      return new Promise((asked) => void (waiting = { method, asked }));
    },
    release: () => isReleased.resolve(),
  };
}

const composer = () => page.getByTestId('composer');
const openName = () => page.getByTestId('thread').getByRole('heading', { level: 2 }).textContent();
const rowIdOf = (name: string) => seat.row(name).getAttribute('data-testid');
const focusedId = () => page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null);

test('letters after the key that asks for a field follow the person elsewhere', async () => {
  await seat.row('Ann Berg').focus();
  const asked = answers.hold('thread.read');
  await page.keyboard.press('r');
  await asked;
  await seat.row('Ben Cole').click();
  await composer().fill('');
  await composer().focus();
  await page.keyboard.type('Hello Ben, my name is Dana');
  expect([await openName(), await composer().inputValue()]).toEqual(['Ben Cole', 'Hello Ben, my name is Dana']);
  answers.release();
  await composer().fill('');
});

test('a late answer to Done does not take the field away from somebody who types', async () => {
  await seat.open('Ann Berg');
  const asked = answers.hold('handoff.resolve');
  await page.keyboard.press('e');
  await asked;
  await page.keyboard.press('n');
  await page.keyboard.type('She wants it before winter');
  answers.release();
  await page.getByTestId('notice').waitFor();
  await page.keyboard.type(', close to the lake');
  expect(await openName()).toBe('Ann Berg');
  expect(await composer().inputValue()).toBe('She wants it before winter, close to the lake');
  await composer().fill('');
});

test('words that were taken back pull nobody back to their field', async () => {
  await stack.stopRelay('stop');
  await expect.poll(() => page.getByTestId('lamp').getAttribute('data-tone')).toBe('offline');
  await seat.open('Ben Cole');
  await page.keyboard.press('r');
  await composer().fill('Tuesday at two');
  await page.keyboard.press('Control+Enter');
  const asked = answers.hold('outbox.withdraw');
  await page
    .getByTestId(/^outbox-/)
    .getByRole('button', { name: 'Edit' })
    .click();
  await asked;
  await seat.open('Cleo Dahl');
  answers.release();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  expect([await openName(), await focusedId()]).toEqual(['Cleo Dahl', await rowIdOf('Cleo Dahl')]);
  await seat.open('Ben Cole');
  await expect.poll(() => composer().inputValue()).toBe('Tuesday at two');
});
