import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../build/stack/chromium.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';
import { type Seat, seatAgent, seatOwner } from './people-at-desks.ts';

/** Two people at two desks and one buyer: one answer, unless the second one knowingly insists. */
let stack: Stack;
let browser: Browser;
let dana: Seat;
let sam: Seat;

beforeAll(async () => {
  stack = await startStack();
  browser = await launchChromium();
  [dana, sam] = await Promise.all([seatOwner(stack, browser, 'Dana'), seatAgent(stack, browser, 'Sam')]);
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const arrives = async (name: string, text: string) => {
  const account = stack.accounts[0]!;
  const buyer = await stack.simulator.buyer({ account, name, username: name.toLowerCase().replace(' ', '.') });
  await stack.simulator.writes({ account, buyer, text });
  await Promise.all([dana.row(name).waitFor(), sam.row(name).waitFor()]);
  return {
    writes: (more: string) => stack.simulator.writes({ account, buyer, text: more }),
    received: async () => (await stack.simulator.delivered({ buyer })).map((message) => message.text),
    has: (count: number) =>
      until(`the buyer has ${count} answers`, async () => {
        const messages = await stack.simulator.delivered({ buyer });
        return messages.length >= count || undefined;
      }),
  };
};

test('a colleague’s answer stops the press of Send, is shown, and only insisting sends over it', async () => {
  const maya = await arrives('Maya Lindqvist', 'How much is the barrel sauna?');
  await dana.open('Maya Lindqvist');
  await sam.open('Maya Lindqvist');
  await sam.composer.fill('It is 5,100 with delivery.');
  await dana.composer.fill('It is 4,900, Maya.');
  await dana.composer.press('Control+Enter');
  await maya.has(1);

  const question = sam.page.getByTestId('answered-meanwhile');
  await question.getByText(/Dana.* answered/).waitFor();
  await question.getByText('It is 4,900, Maya.').waitFor();
  // Until her answer is known to be sent, Dana holds the conversation, and the same keys would ask her for it.
  await sam.page.getByTestId('composer-box').and(sam.page.locator('[data-state=open]')).waitFor();
  // The habit of pressing the same keys twice is not a yes.
  await sam.composer.press('Control+Enter');
  await expect
    .poll(() => sam.page.evaluate(() => document.activeElement?.getAttribute('data-testid')))
    .toBe('keep-unsent');
  await sam.page.keyboard.press('Control+Enter');
  await stack.simulator.settled();
  expect(await maya.received()).toEqual(['It is 4,900, Maya.']);
  expect(await sam.composer.inputValue()).toBe('It is 5,100 with delivery.');

  await sam.composer.press('Control+Enter');
  await sam.page.getByTestId('send-too').click();
  await maya.has(2);
  expect(await maya.received()).toEqual(['It is 4,900, Maya.', 'It is 5,100 with delivery.']);
});

test('two replies written without a connection: one is sent, the other is held with the answer that came first', async () => {
  const tom = await arrives('Tom Reed', 'Do you install on weekends?');
  await dana.open('Tom Reed');
  await sam.open('Tom Reed');
  await stack.stopRelay('stop');
  await dana.page.getByTestId('composer-box').and(dana.page.locator('[data-state=offline]')).waitFor();
  await sam.page.getByTestId('composer-box').and(sam.page.locator('[data-state=offline]')).waitFor();
  for (const [seat, words] of [
    [dana, 'On Saturdays, Tom.'],
    [sam, 'No, Monday to Friday.'],
  ] as const) {
    await seat.composer.fill(words);
    await seat.composer.press('Control+Enter');
    await seat.page
      .getByTestId(/^outbox-/)
      .getByText(words)
      .waitFor();
  }
  await stack.startRelay();
  await tom.has(1);
  const [first] = await tom.received();
  const [held, insists] =
    first === 'On Saturdays, Tom.' ? [sam, 'No, Monday to Friday.'] : [dana, 'On Saturdays, Tom.'];
  const bubble = held.page.getByTestId(/^outbox-/).and(held.page.locator('[data-state=held]'));
  await bubble.getByText(first!).waitFor({ timeout: 40_000 });
  await stack.simulator.settled();
  expect(await tom.received()).toEqual([first]);
  await bubble.getByRole('button', { name: 'Send mine too' }).click();
  await tom.has(2);
  expect(await tom.received()).toEqual([first, insists]);
}, 90_000);

/** Opens the conversation at both desks, claimed by Dana. */
async function claimedByDana(name: string): Promise<void> {
  await dana.open(name);
  await dana.page.getByRole('button', { name: 'Claim' }).first().click();
  await sam.open(name);
  await sam.page.getByTestId('composer-box').and(sam.page.locator('[data-state=claimed]')).waitFor();
}

test('what a colleague has claimed is taken over by an owner and asked for by others, with the keys that send', async () => {
  const ines = await arrives('Ines Duarte', 'Can I see one on Friday?');
  await claimedByDana('Ines Duarte');
  await sam.composer.fill('Friday at 2 works.');
  await sam.composer.press('Control+Enter');
  await expect.poll(() => sam.composer.inputValue()).toContain('Dana, may I take this one?');
  await sam.composer.press('Control+Enter');
  await dana.page.getByTestId('thread').getByText('Dana, may I take this one?').waitFor();

  await dana.page.getByRole('button', { name: 'Release' }).first().click();
  await sam.page.getByRole('button', { name: 'Claim' }).first().click();
  await dana.page.getByTestId('composer-box').and(dana.page.locator('[data-state=claimed]')).waitFor();
  await dana.composer.fill('Friday at 3, Ines?');
  await dana.composer.press('Control+Enter');
  await dana.page.getByTestId('composer-box').and(dana.page.locator('[data-state=open]')).waitFor();
  expect(await ines.received()).toEqual([]);
  await dana.composer.press('Control+Enter');
  await ines.has(1);
  expect(await ines.received()).toEqual(['Friday at 3, Ines?']);
});

test('if the colleague who answered still holds the conversation, the button that asks for it does so', async () => {
  const nora = await arrives('Nora Vik', 'Is the larger heater in stock?');
  await claimedByDana('Nora Vik');
  await sam.composer.fill('Two are.');
  await dana.composer.fill('One is, Nora.');
  await dana.composer.press('Control+Enter');
  await nora.has(1);
  await nora.writes('And the smaller one?');
  await dana.page.getByTestId('thread').getByText('And the smaller one?').waitFor();
  await dana.page.getByRole('button', { name: 'Claim' }).first().click();
  await sam.page.getByTestId('answered-meanwhile').waitFor();
  await sam.page.getByTestId('composer-box').and(sam.page.locator('[data-state=claimed]')).waitFor();
  await sam.page.getByTestId('thread').getByText('And the smaller one?').waitFor();
  await sam.page
    .getByTestId('send')
    .filter({ hasText: /Ask .*Dana/ })
    .click();
  await expect.poll(() => sam.composer.inputValue()).toContain('Dana, may I take this one?');
});
