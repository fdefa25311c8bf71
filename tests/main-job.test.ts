import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../build/root.ts';
import { launchChromium } from '../build/stack/chromium.ts';
import { type Stack, startStack } from '../build/stack/stack.ts';
import { until } from '../build/stack/until.ts';

/**
 * The main job in a real browser: a signed webhook comes in, the row appears, a person types and sends, Meta has it once. The results are
 * checked at the simulator and in the relay's database, not only on the page.
 */
let stack: Stack;
let browser: Browser;
let page: Page;
const artifacts = join(root, 'artifacts');

beforeAll(async () => {
  mkdirSync(artifacts, { recursive: true });
  stack = await startStack();
  browser = await launchChromium();
  const desk = await stack.startDesk({ code: stack.ownerCode, name: 'Dana' });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(desk.ready.url);
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

test('a buyer writes, a person answers, the buyer has it once', async () => {
  const [account] = stack.accounts;
  const buyer = await stack.simulator.buyer({ account: account!, name: 'Maya Lindqvist', username: 'maya.lindqvist' });
  const question = 'How much is the 4-person barrel sauna? \u{1F9D6}\u200D\u2640\uFE0F \u0645\u0631\u062D\u0628\u0627';
  const { nativeMessageId } = await stack.simulator.writes({ account: account!, buyer, text: question });

  const row = page.getByTestId(/^row-/).filter({ hasText: 'Maya Lindqvist' });
  await row.waitFor();
  expect(await row.textContent()).toContain(question);
  await row.click();
  await page.getByTestId('thread').getByText(question).waitFor();
  await page.screenshot({ path: join(artifacts, 'list.png') });

  const answer = 'Hi Maya! $6,900 installed \u2014 shall we look at the spot on Friday? \u2728';
  await page.getByTestId('composer').fill(answer);
  await page.getByTestId('composer').press('Control+Enter');

  const delivered = await until('Meta has the answer', async () => {
    const messages = await stack.simulator.delivered({ buyer });
    return messages.length > 0 ? messages : undefined;
  });
  await page.getByTestId('thread').getByText(answer).waitFor();
  await page.getByTestId('thread').getByText('Sent', { exact: false }).first().waitFor();
  await stack.simulator.settled();
  await page.screenshot({ path: join(artifacts, 'thread.png') });

  expect(delivered).toHaveLength(1);
  expect(await stack.simulator.delivered({ buyer })).toEqual(delivered);
  expect(delivered[0]).toMatchObject({ text: answer, tag: null, commentId: null });
  expect(storedMessages()).toEqual([
    { direction: 'inbound', text: question, state: 'received', native_message_id: nativeMessageId },
    { direction: 'outbound', text: answer, state: 'sent', native_message_id: delivered[0]!.nativeMessageId },
  ]);
});

test('the log contains no token and nothing that buyers wrote', () => {
  const log = stack.relayLog();
  expect(log).not.toContain('barrel sauna');
  for (const { token } of stack.accounts) expect(log).not.toContain(token);
});

function storedMessages(): unknown[] {
  const db = new Database(join(stack.dir, 'data/transom.db'), { readonly: true });
  try {
    return db.prepare('select direction, text, state, native_message_id from messages order by sent_at, id').all();
  } finally {
    db.close();
  }
}
