import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../build/stack/chromium.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { type Seat, seatAgent, seatOwner } from './people-at-desks.ts';

/** What surrounds a conversation: the search, the notices, the details, the lamp, and what is shown when none is open. */
let stack: Stack;
let browser: Browser;
let seat: Seat;
const names = ['Ada Berg', 'Ben Cruz', 'Cleo Dahl'];

beforeAll(async () => {
  stack = await startStack();
  browser = await launchChromium();
  const account = stack.accounts[0]!;
  for (const name of names) {
    const buyer = await stack.simulator.buyer({ account, name, username: name.toLowerCase().replace(' ', '.') });
    await stack.simulator.writes({ account, buyer, text: `Do you have the ${name.split(' ')[1]} barrel? \u{1F525}` });
  }
  seat = await seatOwner(stack, browser, 'Dana');
  for (const name of names) await seat.row(name).waitFor();
  await seat.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const field = () => seat.page.getByTestId('search-field');
const status = () => seat.page.getByTestId('search-status');
const press = async (...keys: string[]) => {
  for (const key of keys) await seat.page.keyboard.press(key);
};
const plain = async (locator: Locator) => (await locator.innerText()).replaceAll(/[\u2068\u2069]/gu, '');

test('with nothing open the desk says how many wait, and who is first', async () => {
  const nothing = seat.page.getByTestId('nothing-open');
  expect(await plain(nothing)).toMatch(/^3 buyers are waiting for an answer\s+Ada Berg is first\. Answer by/);
  await nothing.getByRole('button', { name: /^Answer .?Ada/ }).click();
  await seat.page.getByTestId('thread').getByRole('heading', { name: 'Ada Berg' }).waitFor();
  await press('Escape');
  await nothing.waitFor();
});

test('typing replaces the last search, however the search is opened', async () => {
  await press('/');
  await seat.page.keyboard.type('barrel');
  await status().filter({ hasText: '3 results' }).waitFor();
  const openings = [
    () => press('/'),
    () => press('Control+k'),
    () => seat.page.getByRole('button', { name: 'Search' }).click(),
  ];
  for (const open of openings) {
    await press('Escape');
    await field().waitFor({ state: 'detached' });
    await open();
    expect(await field().inputValue()).toBe('barrel');
    expect(await field().evaluate((input: HTMLInputElement) => [input.selectionStart, input.selectionEnd])).toEqual([
      0, 6,
    ]);
  }
  await seat.page.keyboard.type('Cruz');
  expect(await field().inputValue()).toBe('Cruz');
});

test('only a moved choice is scrolled into view, not one that is redrawn', async () => {
  await field().fill('barrel');
  await status().filter({ hasText: '3 results' }).waitFor();
  await seat.page.evaluate(() => {
    const scrolled: (string | null)[] = [];
    const { scrollIntoView } = Element.prototype;
    Element.prototype.scrollIntoView = function scrollAndTell(options) {
      scrolled.push(this.textContent);
      scrollIntoView.call(this, options);
    };
    Object.assign(window, { scrolled });
  });
  const scrolled = () => seat.page.evaluate(() => (Reflect.get(window, 'scrolled') as string[]).length);
  await seat.page.keyboard.type(' ');
  await status().filter({ hasText: '3 results' }).waitFor();
  expect(await scrolled()).toBe(0);
  await press('ArrowDown');
  await expect.poll(scrolled).toBe(1);
});

test('Enter without results stays in the field, which says what was searched', async () => {
  await field().fill('zebra');
  await status().filter({ hasText: 'No name or message' }).waitFor();
  expect(await plain(status())).toContain('Searched 3 conversations');
  await press('Enter');
  expect(await field().evaluate((input) => input === document.activeElement)).toBe(true);
  await seat.page.keyboard.type(' crossing');
  expect(await field().inputValue()).toBe('zebra crossing');
});

test('a name and Enter in one go opens what the whole name finds, and the focus is in the conversation', async () => {
  await press('Control+a');
  await seat.page.keyboard.type('Cleo Dahl');
  await press('Enter');
  await seat.page.getByTestId('thread').getByRole('heading', { name: 'Cleo Dahl' }).waitFor();
  await expect
    .poll(() => seat.page.evaluate(() => document.activeElement?.closest('[data-testid="thread"]') !== null))
    .toBe(true);
});

test('the details copy Meta’s id of the message that opened the window', async () => {
  await seat.page.getByTestId('copy-proof').click();
  await seat.page.getByTestId('copy-proof').filter({ hasText: 'Copied' }).waitFor();
  const [known] = asked<{ native_message_id: string }>(
    `select m.native_message_id from messages m join conversations c on c.window_opened_by = m.id
     join contacts p on p.id = c.contact_id where p.name = 'Cleo Dahl'`,
  );
  expect(await seat.page.evaluate(() => navigator.clipboard.readText())).toBe(known?.native_message_id);
});

test('a notice covers neither field nor Send, says whose it is, and ends on Escape; its Undo works by keyboard', async () => {
  await press('e');
  const notice = seat.page.getByTestId('notice');
  await notice.waitFor();
  expect(await plain(notice)).toContain('Cleo');
  await seat.page.getByTestId('composer').waitFor();
  const covered = await boxes(notice, seat.page.getByTestId('composer-box'));
  expect(covered.first.y + covered.first.height).toBeLessThan(covered.second.y);
  await seat.page.getByTestId('notice-action').focus();
  await press('Enter');
  await seat.page.getByTestId('thread').getByRole('heading', { name: 'Cleo Dahl' }).waitFor();
  await notice.waitFor({ state: 'detached' });

  await press('e');
  await notice.waitFor();
  await seat.page.getByTestId('composer').fill('Half a thought');
  await press('Escape');
  await notice.waitFor({ state: 'detached' });
  // The first Escape was the notice's: the field keeps its words and the focus.
  expect(await seat.composer.evaluate((input) => input === document.activeElement)).toBe(true);
  await seat.composer.fill('');
});

test('an owner says what Meta granted, and others see it', async () => {
  const agent = await seatAgent(stack, browser, 'Noor');
  await agent.row('Ben Cruz').waitFor();
  await agent.page.getByTestId('lamp').click();
  const facts = agent.page.getByTestId('lamp-facts');
  await facts.getByText('Answers are possible for 24 hours.').first().waitFor();
  expect(await facts.getByRole('checkbox').count()).toBe(0);

  await seat.page.getByTestId('lamp').click();
  const box = seat.page.getByTestId('lamp-facts').getByRole('checkbox').first();
  await box.click();
  await expect.poll(() => box.isChecked()).toBe(true);
  await facts.getByText('People may answer for 7 days (Human Agent).').waitFor();
  await press('Escape');
});

test('without a connection the lamp counts what waits here, and says that the time is not confirmed', async () => {
  await stack.stopRelay('stop');
  const lamp = seat.page.getByTestId('lamp');
  await expect.poll(() => lamp.getAttribute('data-tone')).toBe('offline');
  await seat.open('Ben Cruz');
  await seat.composer.fill('Yes, two of them.');
  await press('Control+Enter');
  await lamp.click();
  const facts = seat.page.getByTestId('lamp-facts');
  await facts.getByText('1 message is waiting on this computer for the relay.').waitFor();
  await facts.getByText('The relay will confirm it when it is back.').waitFor();

  // A double press is meant once: the second time there is nothing to take back, and no reason to say so.
  await press('Escape');
  await facts.waitFor({ state: 'detached' });
  await seat.page
    .getByTestId(/^outbox-/)
    .getByRole('button', { name: 'Edit' })
    .evaluate((button: HTMLElement) => [button, button].forEach((each) => each.click()));
  await expect.poll(() => seat.composer.inputValue()).toBe('Yes, two of them.');
  await seat.page.getByTestId(/^outbox-/).waitFor({ state: 'detached' });
  expect(await seat.page.getByTestId('notice').count()).toBe(0);
});

function asked<Row>(sql: string): Row[] {
  const db = new Database(join(stack.dir, 'data/transom.db'), { readonly: true });
  try {
    return db.prepare(sql).all() as Row[];
  } finally {
    db.close();
  }
}

async function boxes(one: Locator, other: Locator) {
  const [first, second] = await Promise.all([one.boundingBox(), other.boundingBox()]);
  if (first === null || second === null) throw new Error('One of the two is not drawn.');
  return { first, second };
}
