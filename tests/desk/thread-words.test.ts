import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../build/stack/chromium.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';

/** What a thread says about messages that are more than words, and about replies that are not sent. */
let stack: Stack;
let browser: Browser;
let page: Page;
type Writer = Parameters<Stack['simulator']['writes']>[0];
let ola: Writer;
let kari: Writer;

beforeAll(async () => {
  stack = await startStack();
  browser = await launchChromium();
  const account = stack.accounts.find(({ channel }) => channel === 'facebook')!;
  const { simulator } = stack;
  ola = { account, buyer: await simulator.buyer({ account, name: 'Ola Nordmann' }), text: '' };
  const asked = await simulator.writes({ ...ola, text: 'Do you deliver to Bergen?' });
  for (let number = 1; number <= 30; number += 1) await simulator.writes({ ...ola, text: `Filler ${number}` });
  await simulator.sendsUnsupported({ account, buyer: ola.buyer });
  await simulator.sendsAttachment({ account, buyer: ola.buyer, type: 'location' });
  await simulator.writes({ ...ola, text: 'I meant this one', replyTo: asked.nativeMessageId });
  await simulator.writes({ ...ola, text: 'And that one', replyTo: 'm_from-long-ago' });
  const shop = stack.accounts.find(({ channel }) => channel === 'instagram')!;
  kari = { account: shop, buyer: await simulator.buyer({ account: shop, name: 'Kari', username: 'kari' }), text: '' };
  await simulator.writes({ ...kari, text: 'Hello from Kari' });
  await simulator.settled();
  const desk = await stack.startDesk({ code: stack.ownerCode, name: 'Dana' });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(desk.ready.url);
  await page.getByTestId(/^row-/).filter({ hasText: 'And that one' }).click();
  await bubble('And that one').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const bubble = (words: string) => page.getByTestId('thread-scroller').getByRole('article').filter({ hasText: words });
async function reply(words: string): Promise<void> {
  await page.getByTestId('composer').fill(words);
  await page.getByTestId('composer').press('Control+Enter');
}

test('a Facebook thread speaks of Facebook, and a location is shown as one', async () => {
  await bubble('Facebook did not pass this message on. Open it in the Facebook app to see it.').waitFor();
  const place = bubble('Location');
  expect(await place.textContent()).not.toContain('No longer available');
  expect(await page.getByTestId('thread-scroller').textContent()).not.toContain('Instagram');
});

test('a quote shows what was answered and leads there', async () => {
  const quote = bubble('I meant this one').getByRole('button', { name: 'Do you deliver to Bergen?' });
  const scroller = page.getByTestId('thread-scroller');
  const hit = scroller.locator('article').filter({ has: page.getByText('Do you deliver to Bergen?', { exact: true }) });
  await quote.click();
  const first = hit.filter({ hasNotText: 'I meant this one' });
  await expect
    .poll(async () => {
      const [box, sight] = [await first.boundingBox(), await scroller.boundingBox()];
      return box !== null && sight !== null && box.y >= sight.y && box.y + box.height <= sight.y + sight.height;
    })
    .toBe(true);
  await expect.poll(() => scroller.evaluate((box) => box.scrollTop)).toBeLessThan(100);
  // The pressed quote is still there with the focus, far below what is in view.
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Do you deliver to Bergen?');
  await scroller.focus();
  await page.keyboard.press('End');
  await bubble('And that one').getByRole('button', { name: 'Reply to an earlier message' }).waitFor();
});

test('following a quote dismisses no notice, and no Undo', async () => {
  await page.getByTestId(/^row-/).filter({ hasText: 'Hello from Kari' }).click();
  await bubble('Hello from Kari').waitFor();
  await page.getByTestId('thread-scroller').focus();
  await page.keyboard.press('e');
  const undo = page.getByTestId('notice-action');
  // The pointer keeps it from ending on its own, so the quote is pressed without one.
  await page.getByTestId('notice').hover();
  await bubble('I meant this one').getByRole('button', { name: 'Do you deliver to Bergen?' }).dispatchEvent('click');
  await expect.poll(() => page.getByTestId('thread-scroller').evaluate((box) => box.scrollTop)).toBeLessThan(100);
  await undo.click();
  await bubble('Hello from Kari').waitFor();
  await page.getByTestId(/^row-/).filter({ hasText: 'And that one' }).click();
  await bubble('And that one').waitFor();
});

test('a reply that Meta delays says why, and can be taken back into the field', async () => {
  await stack.simulator.fault({ kind: 'graph_throttled' });
  await reply('We do, on Fridays');
  const waits = bubble('We do, on Fridays').getByTestId(/^waits-/);
  await waits.filter({ hasText: 'The window is open until' }).waitFor();
  await waits.getByRole('button', { name: 'Edit' }).click();
  await expect.poll(() => page.getByTestId('composer').inputValue()).toBe('We do, on Fridays');
  await bubble('We do, on Fridays').waitFor({ state: 'detached' });
  await stack.simulator.clearFaults();
  expect(await stack.simulator.delivered({ buyer: ola.buyer })).toEqual([]);
});

test('Edit and resend does not fill a field that takes no text, and says why', async () => {
  await stack.simulator.setUnavailable({ account: kari.account, buyer: kari.buyer });
  await page.getByTestId(/^row-/).filter({ hasText: 'Hello from Kari' }).click();
  await bubble('Hello from Kari').waitFor();
  await reply('Are you still interested?');
  const retry = bubble('Are you still interested?').getByRole('button', { name: 'Edit and resend' });
  await retry.waitFor();
  await expect.poll(() => retry.isDisabled()).toBe(true);
  expect(await retry.getAttribute('title')).toContain('cannot get messages from you right now');
});
