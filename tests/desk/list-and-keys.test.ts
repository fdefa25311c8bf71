/// <reference lib="dom" />
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from '../../build/stack/chromium.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { openWindow, type Seat } from './people-at-desks.ts';

/** The list by keyboard and pointer: what has the ring, what is read and what a command acts on are one conversation. */
let stack: Stack;
let browser: Browser;
let seat: Seat;
let page: Page;

beforeAll(async () => {
  stack = await startStack({ world: 'monday-rush' });
  browser = await launchChromium();
  const desk = await stack.startDesk({ code: stack.ownerCode, name: 'Dana' });
  seat = await openWindow(browser, desk.ready.url);
  page = seat.page;
  await stack.simulator.settled();
  await page.getByTestId('list-total').getByText('41 conversations').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});
beforeEach(async () => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.mouse.move(640, 5);
  for (let open = 0; open < 2; open += 1) await page.keyboard.press('Escape');
  await page.getByTestId('thread').waitFor({ state: 'detached' });
  await page.getByTestId('conversation-list').evaluate((list) => list.scrollTo(0, 0));
  await page.getByTestId('lane-closing').waitFor();
});

/** The names on the rows from top to bottom, as far as they are drawn. */
const namesInList = () =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-testid^="row-"]')]
      .sort((a, b) => Number(a.ariaRowIndex) - Number(b.ariaRowIndex))
      .map((row) => row.querySelector('[dir="auto"]')?.textContent ?? ''),
  );
const named = (selector: string) => page.evaluate((css) => document.querySelector(css)?.textContent ?? null, selector);
/** What is open, what is marked in the list, and what has the focus. */
const eye = async () => ({
  open: await named('[data-testid="thread"] h2'),
  marked: await named('[data-testid^="row-"][aria-selected="true"] [dir="auto"]'),
  focused: await named('[data-testid^="row-"]:focus [dir="auto"]'),
});
const all = (name: string) => ({ open: name, marked: name, focused: name });
/** Waits for this many frames. */
const frames = (count: number) =>
  page.evaluate(async (times) => {
    for (let frame = 0; frame < times; frame += 1) await new Promise((done) => requestAnimationFrame(done));
  }, count);
const focusedPane = () =>
  page.evaluate(
    () =>
      ['conversation-list', 'thread-scroller', 'composer', 'composer-box'].find(
        (id) => document.activeElement?.closest(`[data-testid="${id}"]`) !== null,
      ) ??
      document.activeElement?.tagName ??
      null,
  );

test('one stop for Tab: the first row, then the row with the ring; arrow keys reach the lanes', async () => {
  const [first, second] = await namesInList();
  await page.getByTestId('list-total').evaluate((element) => {
    element.tabIndex = -1;
    element.focus();
  });
  await page.keyboard.press('Tab');
  await expect.poll(eye).toMatchObject({ focused: first });
  await page.keyboard.press('ArrowUp');
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid')))
    .toBe('lane-closing');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await namesInList()).includes(second!)).toBe(false);
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await expect.poll(eye).toMatchObject({ focused: first });
  await page.keyboard.press('ArrowDown');
  await expect.poll(eye).toMatchObject({ focused: second });
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('[data-testid="conversation-list"]'))).toBeNull();
  await page.keyboard.press('Shift+Tab');
  await expect.poll(eye).toMatchObject({ focused: second });
});

test('with a thread open, j and k open the next one, and every command acts on what is seen', async () => {
  const [first, second, third] = await namesInList();
  await seat.row(first!).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await expect.poll(eye).toEqual({ open: null, marked: null, focused: second });
  await page.keyboard.press('Enter');
  await expect.poll(eye).toEqual(all(second!));
  await page.keyboard.press('j');
  await expect.poll(eye).toEqual(all(third!));
  await page.keyboard.press('c');
  await seat.row(third!).getByLabel('You are on it').waitFor();
  await page.keyboard.press('C');
  await seat.row(third!).getByLabel('You are on it').waitFor({ state: 'detached' });
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await expect.poll(eye).toEqual(all(first!));
  await page.keyboard.press('Escape');
  await expect.poll(eye).toEqual({ open: null, marked: null, focused: first });
});

test('a held key passes rows immediately, and skips most threads up to the one that it stops on', async () => {
  const [first] = await namesInList();
  await seat.open(first!);
  const read = await page.evaluate(() => {
    const opened: string[] = [];
    new MutationObserver(() => {
      const name = document.querySelector('[data-testid="thread"] h2')?.textContent;
      if (name && opened.at(-1) !== name) opened.push(name);
    }).observe(document.body, { subtree: true, childList: true });
    Object.assign(window, { opened });
    return opened.length;
  });
  expect(read).toBe(0);
  await page.keyboard.down('j');
  for (let repeat = 0; repeat < 15; repeat += 1) await page.keyboard.down('j');
  await page.keyboard.up('j');
  const marked = await page.evaluate(() => document.querySelector('[aria-selected="true"] [dir="auto"]')?.textContent);
  await expect.poll(eye).toEqual(all(marked!));
  const opened = await page.evaluate(() => Reflect.get(window, 'opened') as string[]);
  expect(opened.at(-1)).toBe(marked);
  expect(opened.length).toBeLessThan(5);
  const row = await page.locator('[data-testid^="row-"][aria-selected="true"]').boundingBox();
  expect(row!.y + row!.height).toBeLessThanOrEqual(800);
});

test('finishing moves on to the next one, says what it did, and can be undone', async () => {
  const [first, second] = await namesInList();
  await seat.open(first!);
  await page.keyboard.press('e');
  await expect.poll(eye).toEqual(all(second!));
  await expect.poll(() => page.getByTestId('notice').textContent()).toContain('Marked as done without answering');
  expect(await namesInList()).not.toContain(first);
  await page.keyboard.press('z');
  await expect.poll(eye).toEqual(all(first!));
  expect((await namesInList())[0]).toBe(first);
  await expect.poll(() => page.getByTestId('notice').count()).toBe(0);
});

test('the way back to the list works while a notice is shown, and keeps its Undo', async () => {
  const [first] = await namesInList();
  await seat.open(first!);
  await page.keyboard.press('e');
  await page.getByTestId('notice-action').waitFor();
  await page.keyboard.press('u');
  await expect.poll(async () => (await eye()).open).toBeNull();
  await page.keyboard.press('z');
  await expect.poll(async () => (await namesInList())[0]).toBe(first);
});

test('a button that disappears after use leaves the focus in its part of the window', async () => {
  const [first] = await namesInList();
  await seat.open(first!);
  for (const [offer, next] of [
    ['Claim', 'Release'],
    ['Release', 'Claim'],
  ] as const) {
    await page.getByTestId('thread').getByRole('button', { name: offer }).focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('thread').getByRole('button', { name: next }).waitFor();
    await expect.poll(focusedPane).toBe('thread-scroller');
  }
});

test('a conversation that is done can be reopened', async () => {
  const [first] = await namesInList();
  await seat.open(first!);
  await page.keyboard.press('e');
  await seat.row(first!).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Dismiss' }).focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('notice').waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate(() => document.activeElement === document.body)).toBe(false);
  await page.getByTestId('conversation-list').evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await page.getByTestId('lane-done').click();
  await page.getByTestId('conversation-list').evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await seat.open(first!);
  await page.getByTestId('thread').getByRole('button', { name: 'Reopen' }).waitFor();
  await page.keyboard.press('Shift+E');
  await page.getByTestId('thread').getByRole('button', { name: 'Claim' }).waitFor();
  await page.getByTestId('conversation-list').evaluate((list) => list.scrollTo(0, 0));
  await expect.poll(async () => (await namesInList())[0]).toBe(first);
});

test('F6 goes from pane to pane, and arrow keys in the thread leave the list alone', async () => {
  const [first] = await namesInList();
  await seat.open(first!);
  const seen = [await focusedPane()];
  for (let pane = 0; pane < 4; pane += 1) {
    await page.keyboard.press('F6');
    seen.push(await focusedPane());
    await page.keyboard.press('ArrowDown');
    if (pane < 3) expect((await eye()).open).toBe(first);
  }
  expect(seen).toEqual(['conversation-list', 'thread-scroller', 'composer', 'BUTTON', 'conversation-list']);
});

test('the focus is on the thread that a search opened, and back where it was after a dialog that did nothing', async () => {
  const [first] = await namesInList();
  await seat.row(first!).focus();
  await page.keyboard.press('?');
  await page.getByTestId('keys-dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('keys-dialog').waitFor({ state: 'detached' });
  await expect.poll(eye).toMatchObject({ focused: first });
  await page.keyboard.press('/');
  await page.getByTestId('search-field').fill('Priya Nair');
  await page.getByTestId('search-dialog').getByRole('option').filter({ hasText: 'Priya Nair' }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('thread').getByRole('heading', { name: 'Priya Nair' }).waitFor();
  await expect.poll(focusedPane).toBe('thread-scroller');
  await page.keyboard.press('Control+k');
  await page.getByTestId('search-field').fill('Write a note');
  await page.keyboard.press('Enter');
  await expect.poll(focusedPane).toBe('composer');
  await page.keyboard.press('Escape');
  await expect.poll(eye).toMatchObject({ focused: 'Priya Nair' });
  // From a conversation opened by a search, k goes to the one before it in the list.
  await page.keyboard.press('k');
  await expect.poll(eye).toMatchObject({ open: 'Curtis Lamb', marked: 'Curtis Lamb' });
});

test('somebody who asks for the field as soon as a search has opened the conversation stays in it', async () => {
  const [first, second] = await namesInList();
  await seat.open(first!);
  await page.keyboard.press('/');
  await page.getByTestId('search-field').fill(second!);
  await page.getByTestId('search-dialog').getByRole('option').filter({ hasText: second! }).first().waitFor();
  // Pressed the moment the field is drawn, and checked once everything that follows has happened.
  await page.evaluate((name) => {
    const pressed = new Promise<void>((done) => {
      const observer = new MutationObserver(() => {
        const thread = document.querySelector('[data-testid="thread"]');
        if (thread?.querySelector('h2')?.textContent !== name) return;
        observer.disconnect();
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'r', code: 'KeyR', bubbles: true }));
        done();
      });
      observer.observe(document.body, { subtree: true, childList: true });
    });
    Object.assign(window, { pressed });
  }, second!);
  await page.keyboard.press('Enter');
  await page.evaluate(() => Reflect.get(window, 'pressed') as Promise<void>);
  await frames(8);
  expect(await focusedPane()).toBe('composer');
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
  await page.keyboard.press('Escape');
});

test('what is typed for a field that takes nothing is not a draft', async () => {
  await page.keyboard.press('/');
  await page.getByTestId('search-field').fill('Vince Moretti');
  await page.getByTestId('search-dialog').getByRole('option').filter({ hasText: 'Vince Moretti' }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('thread').getByRole('heading', { name: 'Vince Moretti' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('thread').waitFor({ state: 'detached' });
  await page.evaluate(() => {
    for (const key of ['r', 'x', 'y'])
      document.body.dispatchEvent(
        new KeyboardEvent('keydown', { key, code: `Key${key.toUpperCase()}`, bubbles: true }),
      );
  });
  await page.getByTestId('thread').getByRole('heading', { name: 'Vince Moretti' }).waitFor();
  await frames(8);
  expect(await seat.composer.inputValue()).toBe('');
});

test('letters typed where nothing can be written are not commands', async () => {
  await page.keyboard.press('/');
  await page.getByTestId('search-field').fill('Vince Moretti');
  await page.getByTestId('search-dialog').getByRole('option').filter({ hasText: 'Vince Moretti' }).first().waitFor();
  await page.keyboard.press('Enter');
  const box = page.getByTestId('composer-box');
  await box.and(page.locator('[data-state="closed"]')).waitFor();
  await page.keyboard.press('r');
  await expect.poll(focusedPane).toBe('composer');
  await page.keyboard.type('Hey there, we can order one for you');
  expect(await page.getByTestId('thread').getByRole('heading', { level: 2 }).textContent()).toContain('Vince Moretti');
  expect(await box.getAttribute('data-mode')).toBe('reply');
  expect([await seat.composer.inputValue(), await page.getByTestId('notice').count()]).toEqual(['', 0]);
});

test('on a narrow screen, where the list is hidden, j still moves on and the page keeps its title', async () => {
  await page.setViewportSize({ width: 800, height: 700 });
  const [first, second] = await namesInList();
  await seat.open(first!);
  await page.keyboard.press('j');
  await expect.poll(async () => (await eye()).open).toBe(second);
  await expect.poll(focusedPane).toBe('thread-scroller');
  await page.keyboard.press('r');
  await expect.poll(focusedPane).toBe('composer');
  await page.keyboard.press('Escape');
  expect(await focusedPane()).toBe('thread-scroller');
  expect(await page.getByRole('heading', { level: 1, name: 'Inbox' }).count()).toBe(1);
  await page.keyboard.press('Escape');
  await expect.poll(eye).toEqual({ open: null, marked: null, focused: second });
});

test('a pointer that rests on the list holds nothing back, one that moves does', async () => {
  const account = stack.accounts[0]!;
  await page.mouse.move(200, 500);
  await page.mouse.move(201, 501);
  const pill = page.getByTestId('waiting-pill');
  const writes = async (name: string) => {
    const buyer = await stack.simulator.buyer({ account, name, username: name.toLowerCase().replace(' ', '.') });
    await stack.simulator.writes({ account, buyer, text: 'Is the barrel sauna in stock?' });
  };
  const moving = setInterval(() => void page.mouse.move(200, 400 + (Date.now() % 50)), 100);
  try {
    await writes('Nina Held');
    await pill.waitFor();
    expect(await pill.textContent()).toBe('1 new');
    expect(await seat.row('Nina Held').count()).toBe(0);
  } finally {
    clearInterval(moving);
  }
  await pill.waitFor({ state: 'detached' });
  await page.getByTestId('conversation-list').evaluate((list) => list.scrollTo(0, list.scrollHeight / 2));
  await writes('Otto Rest');
  await expect.poll(() => page.getByTestId('list-total').textContent()).toBe('43 conversations');
  expect(await pill.count()).toBe(0);
});

test('the open conversation and the place are restored after a reload', async () => {
  const [first] = await namesInList();
  await seat.open(first!);
  await page.reload();
  await expect.poll(eye).toMatchObject({ open: first, marked: first });
  await page.getByTestId('go-handoffs').click();
  await page.reload();
  await page.getByTestId('go-handoffs').and(page.locator('[aria-current="page"]')).waitFor();
  await page.getByTestId('conversation-list').and(page.getByLabel('Handoffs to take')).waitFor();
  await page.getByTestId('go-inbox').click();
  await page.evaluate(() => localStorage.setItem('transom.open', 'gone'));
  await page.reload();
  await page.getByTestId('nothing-open').waitFor();
});

test('handoffs are those that need a person now, with the reason and who is on it', async () => {
  await page.getByTestId('go-handoffs').click();
  const rows = page.getByTestId(/^row-/);
  await rows
    .first()
    .getByText(/Follow-up needed|Policy review needed/)
    .waitFor();
  const count = Number.parseInt((await page.getByTestId('list-total').textContent()) ?? '', 10);
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThan(43);
  await expect.poll(() => page.getByTestId('go-handoffs').textContent()).toContain(String(count));
  const [first] = await namesInList();
  await seat.row(first!).focus();
  await page.keyboard.press('c');
  await seat.row(first!).getByLabel('You are on it').waitFor();
  await page.keyboard.press('C');
  await page.getByTestId('go-inbox').click();
});

test('axe finds nothing in the list', async () => {
  await page.evaluate(axe.source);
  const faults = () =>
    page.evaluate(async () => {
      const run = Reflect.get(window, 'axe') as typeof axe;
      const { violations } = await run.run(document.querySelector('section')!);
      return violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
    });
  expect(await faults()).toEqual([]);
  await page.getByTestId('go-handoffs').click();
  await page.getByTestId(/^row-/).first().waitFor();
  expect(await faults()).toEqual([]);
  await page.getByTestId('go-inbox').click();
});
