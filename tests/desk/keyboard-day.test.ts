import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../build/stack/chromium.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';
import { type Seat, seatOwner } from './people-at-desks.ts';

/** The day of a front desk without a mouse; what buyers received is checked at the simulator, everything else on the page. */
let stack: Stack;
let browser: Browser;
let seat: Seat;
const names = ['Ada Berg', 'Ben Cruz', 'Cleo Dahl', 'Dev Engel', 'Eva Falk', 'Finn Gale', 'Gus Hart', 'Hana Ito'];
const buyers = new Map<string, string>();

beforeAll(async () => {
  stack = await startStack();
  browser = await launchChromium();
  const [instagram, facebook] = stack.accounts;
  for (const [index, name] of names.entries()) {
    const account = index % 2 === 0 ? instagram! : facebook!;
    const buyer = await stack.simulator.buyer({ account, name, username: name.toLowerCase().replace(' ', '.') });
    buyers.set(name, buyer.id);
    await stack.simulator.writes({ account, buyer, text: `Question ${index + 1}: how long is the wait?` });
  }
  seat = await seatOwner(stack, browser, 'Dana');
  for (const name of names) await seat.row(name).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const press = async (...keys: string[]) => {
  for (const key of keys) await seat.page.keyboard.press(key);
};
/** Whose conversation is on screen, once the thread is theirs, too. */
const shown = async (): Promise<string> => {
  const thread = seat.page.getByTestId('thread');
  await thread
    .getByText(/^Question \d/)
    .first()
    .waitFor();
  const heading = await thread.getByRole('heading').first().innerText();
  return heading.replaceAll(/[\u2068\u2069]/g, '').trim();
};
const received = async (name: string) =>
  (await stack.simulator.delivered({ buyer: buyers.get(name)! })).map(({ text }) => text);

test('everybody is answered, each by their name, with the keyboard alone', async () => {
  await press('j', 'Enter');
  const met: string[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    const name = await shown();
    met.push(name);
    await press('r');
    await seat.page.keyboard.type(`Six weeks, ${name}.`);
    await press('Control+Enter', 'Escape');
    await until(`${name} has the answer`, async () => (await received(name)).length > 0 || undefined);
    await press('j');
    await expect.poll(shown).not.toBe(name);
  }
  expect(new Set(met).size).toBe(4);
  for (const name of met) expect(await received(name)).toEqual([`Six weeks, ${name}.`]);
});

test('a note, a claim and a release go to the conversation on screen', async () => {
  const name = await shown();
  await press('n');
  await seat.page.keyboard.type(`${name} is a dealer`);
  await press('Control+Enter', 'Escape');
  await seat.page.getByTestId('thread').getByText(`${name} is a dealer`).waitFor();
  await press('c');
  await seat.row(name).getByLabel(/on it/).waitFor();
  await press('Shift+C');
  await expect.poll(() => seat.row(name).getByLabel(/on it/).count()).toBe(0);
  expect(await received(name)).toEqual([]);
});

test('done moves on to the next, is undone by one key, and can be done again', async () => {
  const name = await shown();
  await press('e');
  await expect.poll(shown).not.toBe(name);
  await seat.page.getByTestId('notice').getByText(name.split(' ')[0]!).waitFor();
  await press('z');
  await seat.row(name).waitFor();
  await expect.poll(shown).toBe(name);
  await press('e');
  await expect.poll(() => seat.row(name).count()).toBe(0);
  await press('Escape');
  await expect.poll(() => seat.page.getByTestId('notice').count()).toBe(0);
});

test('search, help and places are reached and left again, and the focus is never lost', async () => {
  await press('/');
  await seat.page.keyboard.type('Hana');
  await seat.page.getByTestId('search-dialog').getByText('Hana Ito').first().waitFor();
  await press('Enter');
  await expect.poll(shown).toBe('Hana Ito');
  expect(await seat.page.evaluate(() => document.activeElement !== document.body)).toBe(true);
  await press('r');
  await seat.page.keyboard.type('In spring, Hana.');
  await press('Control+Enter');
  await until('Hana has it', async () => (await received('Hana Ito')).length > 0 || undefined);
  await press('Escape', '?');
  await seat.page.getByRole('dialog').waitFor();
  await press('Escape');
  await expect.poll(() => seat.page.getByRole('dialog').count()).toBe(0);
  await press('g', 'h');
  await seat.page.getByTestId('go-handoffs').and(seat.page.locator('[aria-current=page]')).waitFor();
  await press('g', 'i');
  await seat.page.getByTestId('go-inbox').and(seat.page.locator('[aria-current=page]')).waitFor();
});
