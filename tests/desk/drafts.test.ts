import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../build/stack/chromium.ts';
import { operate } from '../../build/stack/operator.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';
import { openWindow, type Seat } from './people-at-desks.ts';

/** What is typed stays: in its tab, with its conversation, in every window of the desk, across a reload and a restart. */
let stack: Stack;
let browser: Browser;
let seat: Seat;
let desk: Awaited<ReturnType<Stack['startDesk']>>;
const dataDir = () => `${stack.dir}/dana`;

beforeAll(async () => {
  stack = await startStack();
  browser = await launchChromium();
  const account = stack.accounts[0]!;
  for (const name of ['Maya Lindqvist', 'Tom Reed']) {
    const buyer = await stack.simulator.buyer({ account, name, username: name.toLowerCase().replace(' ', '.') });
    await stack.simulator.writes({ account, buyer, text: `${name} asks about the sauna.` });
    await stack.simulator.comments({ account, buyer, text: 'How much?' });
  }
  desk = await stack.startDesk({ code: stack.ownerCode, name: 'Dana', dataDir: dataDir() });
  seat = await openWindow(browser, desk.ready.url);
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const tabs = { reply: 'For Maya alone', private_reply: 'Privately, for Maya', note: 'For the team, about Maya' };

async function typeIn(tab: keyof typeof tabs, words: string, at = seat) {
  await at.page.getByTestId(`mode-${tab}`).click();
  await at.composer.fill(words);
}

async function texts(at: Seat) {
  const found: Record<string, string> = {};
  for (const tab of Object.keys(tabs)) {
    await at.page.getByTestId(`mode-${tab}`).click();
    found[tab] = await at.composer.inputValue();
  }
  return found;
}

test('each tab has its own text, which another conversation never sees and an immediate reload keeps', async () => {
  await seat.open('Maya Lindqvist');
  for (const tab of ['reply', 'private_reply', 'note'] as const) await typeIn(tab, tabs[tab]);
  await seat.page.reload();
  await seat.open('Tom Reed');
  expect(await texts(seat)).toEqual({ reply: '', private_reply: '', note: '' });
  await seat.open('Maya Lindqvist');
  await expect.poll(() => texts(seat)).toEqual(tabs);
});

test('two windows show one draft, and nothing typed in either is dropped', async () => {
  const other = await openWindow(browser, seat.url);
  await seat.open('Tom Reed');
  await other.open('Tom Reed');
  await typeIn('reply', 'Hello Tom,');
  await other.page.getByTestId('mode-reply').click();
  await expect.poll(() => other.composer.inputValue()).toBe('Hello Tom,');
  await other.composer.press('End');
  await other.composer.pressSequentially(' Friday is fine.');
  await expect.poll(() => seat.composer.inputValue()).toBe('Hello Tom, Friday is fine.');

  await other.composer.press('Control+Enter');
  await expect.poll(() => seat.composer.inputValue()).toBe('');
  await other.page.close();
});

test('a killed desk restores every draft, in its tab', async () => {
  const account = stack.accounts[0]!;
  await seat.open('Maya Lindqvist');
  await typeIn('reply', 'It is 4,900, Maya.');
  await seat.page.getByTestId('draft-state').getByText('Draft saved').waitFor();
  await typeIn('note', 'Maya is a dealer.');
  await seat.page.getByTestId('draft-state').getByText('Draft saved').waitFor();
  await desk.kill();
  // Without a keychain the sign-in ends with the program; the drafts wait for the same person.
  const { person } = await operate<{ person: { id: string } }>(stack.env, 'keys', 'devices');
  const { code } = await operate<{ code: string }>(stack.env, 'invite', '--person', person.id);
  desk = await stack.startDesk({ code, name: 'Dana', dataDir: dataDir() });
  seat = await openWindow(browser, desk.ready.url);
  await seat.open('Maya Lindqvist');
  await expect
    .poll(() => texts(seat))
    .toEqual({ reply: 'It is 4,900, Maya.', private_reply: tabs.private_reply, note: 'Maya is a dealer.' });
  await seat.page.getByTestId('mode-reply').click();
  await seat.composer.press('Control+Enter');
  await until('Meta has it', async () => (await stack.simulator.delivered({ account })).length >= 2 || undefined);
  await stack.simulator.settled();
  expect((await stack.simulator.delivered({ account })).map(({ text }) => text)).toEqual([
    'Hello Tom, Friday is fine.',
    'It is 4,900, Maya.',
  ]);
});
