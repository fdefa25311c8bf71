import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../build/stack/chromium.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';

/** A buyer who wrote more than a thousand messages, as a person at the desk sees them. */
const count = 1_100;
let stack: Stack;
let browser: Browser;
let page: Page;
let buyer: Awaited<ReturnType<Stack['simulator']['buyer']>>;
let account: Stack['accounts'][number];
let write: (text: string) => Promise<{ nativeMessageId: string }>;
/** Meta's ids of what she wrote, oldest first. */
let written: string[];
let log: Locator;

beforeAll(async () => {
  stack = await startStack();
  account = stack.accounts[0]!;
  const { simulator } = stack;
  buyer = await simulator.buyer({ account, name: 'Maya Lindqvist', username: 'maya.lindqvist' });
  const other = await simulator.buyer({ account, name: 'Otto Berg', username: 'otto' });
  write = (text) => simulator.writes({ account, buyer, text });
  await simulator.holdWebhooks();
  // Hardly two of the long ones have the same length, so that no guess of their heights is right by chance.
  const more = (number: number) =>
    number % 3 === 0 ? ' And what would it cost with the larger heater?'.repeat(9).slice(0, (number * 37) % 400) : '';
  written = [];
  for (let first = 1; first < count; first += 50) {
    const some = await Promise.all(
      Array.from({ length: Math.min(50, count - first) }, (_, index) =>
        write(`Question ${first + index}.${more(first + index)}`),
      ),
    );
    written.push(...some.map(({ nativeMessageId }) => nativeMessageId));
  }
  written.push((await write(`Question ${count}.`)).nativeMessageId);
  await simulator.writes({ account, buyer: other, text: 'Hello from Otto' });
  await simulator.releaseWebhooks({ batch: 200 });
  await simulator.settled();

  browser = await launchChromium();
  const desk = await stack.startDesk({ code: stack.ownerCode, name: 'Dana' });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(desk.ready.url);
  await page
    .getByTestId(/^row-/)
    .filter({ hasText: `Question ${count}.` })
    .waitFor();
  log = page.getByTestId('thread-scroller');
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const bubble = (text: string | RegExp) => log.getByRole('article').filter({ hasText: text });
const fromEnd = () => log.evaluate((box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight));
const atTop = () => log.evaluate((box) => box.scrollTop);

/** The first message that is entirely in view, and its position on the screen. */
function firstInSight(): Promise<{ id: string; y: number }> {
  return log.evaluate((box) => {
    const top = box.getBoundingClientRect().top;
    const seen = [...box.querySelectorAll('article')].filter((each) => each.getBoundingClientRect().top >= top);
    seen.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
    return { id: seen[0]?.id ?? '', y: seen[0]?.getBoundingClientRect().top ?? Number.NaN };
  });
}
const placeOf = (id: string) => page.locator(`#${id}`).evaluate((each) => each.getBoundingClientRect().top);

/** Records, from now on and for each painted frame, how far consecutive bubbles overlap or are apart, in px. */
function watchSeams(): Promise<void> {
  return page.evaluate(() => {
    const seams: number[] = [];
    const look = () => {
      const items = [...document.querySelectorAll<HTMLElement>('[data-testid="thread-scroller"] [data-index]')];
      items.sort((one, other) => Number(one.dataset['index']) - Number(other.dataset['index']));
      for (const [place, item] of items.entries()) {
        const next = items[place + 1];
        if (next === undefined || Number(next.dataset['index']) !== Number(item.dataset['index']) + 1) continue;
        seams.push(Math.abs(next.getBoundingClientRect().top - item.getBoundingClientRect().bottom));
      }
      requestAnimationFrame(afterPaint);
    };
    // Runs before any other waiting task: what is drawn between the frame and the look has not been painted.
    const afterPaint = () => void scheduler.postTask(look, { priority: 'user-blocking' });
    requestAnimationFrame(afterPaint);
    Object.assign(globalThis, { seams });
  });
}
const widestSeam = () =>
  page.evaluate(() => (Reflect.get(globalThis, 'seams') as number[]).reduce((a, b) => Math.max(a, b)));

test('a long thread opens at its newest message and draws only what is in view', async () => {
  await watchSeams();
  await page
    .getByTestId(/^row-/)
    .filter({ hasText: `Question ${count}.` })
    .click();
  await bubble(`Question ${count}.`).waitFor();
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  expect(await bubble(/Question/).count()).toBeLessThan(60);
  expect(await widestSeam()).toBeLessThanOrEqual(1);
});

test('what is being read stays where it is while older messages are added above it', async () => {
  for (let page_ = 0; page_ < 4; page_ += 1) {
    const heightBefore = await log.evaluate((box) => box.scrollHeight);
    // A place close enough to the top that the next page is requested.
    await log.evaluate((box) => {
      box.scrollTop = 700;
      return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    });
    const { id, y } = await firstInSight();
    await expect.poll(() => log.evaluate((box) => box.scrollHeight)).toBeGreaterThan(heightBefore + 500);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    expect(Math.abs((await placeOf(id)) - y)).toBeLessThanOrEqual(1);
  }
  expect(await bubble(/Question/).count()).toBeLessThan(60);
});

test('what was never drawn is in its place in the first frame that shows it', async () => {
  for (const share of [0.9, 0.5, 0.7, 0.3]) {
    await log.evaluate((box, part) => {
      box.scrollTop = box.scrollHeight * part;
      return new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
    }, share);
  }
  expect(await widestSeam()).toBeLessThanOrEqual(1);
});

test('a message that arrives below while the person reads above is announced by a button that goes there', async () => {
  const { id, y } = await firstInSight();
  await write('Are you still there?');
  const pill = page.getByTestId('new-below');
  await pill.filter({ hasText: '1 new message' }).waitFor();
  await write('Hello?');
  await pill.filter({ hasText: '2 new messages' }).waitFor();
  expect(Math.abs((await placeOf(id)) - y)).toBeLessThanOrEqual(1);
  expect(await page.getByTestId('arrivals').textContent()).toContain('Are you still there?');
  await pill.click();
  await bubble('Hello?').waitFor();
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  await pill.waitFor({ state: 'detached' });
  await write('At the end');
  await bubble('At the end').waitFor();
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  expect(await pill.count()).toBe(0);
  expect(await widestSeam()).toBeLessThanOrEqual(1);
});

const edit = (nativeMessageId: string, text: string) =>
  stack.simulator.edits({ account, buyer, nativeMessageId, text });
const nineLines = 'I meant the large one.\n'.repeat(9);
const openRow = (words: string) => page.getByTestId(/^row-/).filter({ hasText: words }).click();

test('in a thread opened after others the end stays the end, and what is being read stays, when messages grow', async () => {
  await openRow('Hello from Otto');
  await bubble('Hello from Otto').waitFor();
  await openRow('At the end');
  await bubble('At the end').waitFor();
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  const { nativeMessageId } = await write('The small one?');
  await bubble('The small one?').waitFor();
  await edit(nativeMessageId, nineLines);
  await bubble('I meant the large one.').waitFor();
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  await write('Thank you');
  await bubble('Thank you').waitFor();
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);

  await log.evaluate((box) => {
    box.scrollTop -= 900;
    return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  });
  const { id, y } = await firstInSight();
  // One that is drawn above it, and one that was never drawn in this thread.
  for (const back of [22, 45]) await edit(written.at(-back)!, nineLines);
  await write('And delivery?');
  await page.getByTestId('new-below').waitFor();
  expect(Math.abs((await placeOf(id)) - y)).toBeLessThanOrEqual(1);
  await page.getByTestId('new-below').click();
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
});

test('reading back moves by the scrolled distance and no more, even if the pane had another width before', async () => {
  await page.setViewportSize({ width: 1000, height: 800 });
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  const jumps: number[] = [];
  for (let step = 0; step < 40; step += 1) {
    const { id, y } = await firstInSight();
    await log.evaluate((box) => {
      box.scrollTop -= 50;
      return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    });
    jumps.push(Math.abs((await placeOf(id)) - y - 50));
  }
  expect(Math.max(...jumps)).toBeLessThanOrEqual(1.5);
  await page.setViewportSize({ width: 1280, height: 800 });
  await log.focus();
  await page.keyboard.press('End');
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
});

test('the thread stays at its end when the pane becomes smaller', async () => {
  await page.setViewportSize({ width: 900, height: 520 });
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
});

test('the arrows scroll the thread that has the focus and leave the list alone', async () => {
  await log.focus();
  const [before, rowBefore] = [
    await atTop(),
    await page.locator('[role="row"][aria-selected="true"]').first().getAttribute('id'),
  ];
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('PageUp');
  await expect.poll(atTop).toBeLessThan(before - 300);
  await page.keyboard.press('End');
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  expect(await page.locator('[role="row"][aria-selected="true"]').first().getAttribute('id')).toBe(rowBefore);
  expect(await log.evaluate((box) => box === document.activeElement)).toBe(true);
  await page.getByTestId('thread').getByText('And delivery?').waitFor();
});

test('neither letters without a space nor marks stacked on a letter leave their bubble', async () => {
  const width = () => log.evaluate((box) => [box.scrollWidth - box.clientWidth, document.documentElement.scrollWidth]);
  await write('x'.repeat(900));
  await write(`z${'\u0334\u0301\u0317'.repeat(300)}`);
  await write('\u{1F468}\u200D'.repeat(240));
  await write('\u200B\u2060\uFEFF\u200E');
  await bubble('A message without visible text').waitFor();
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  expect(await width()).toEqual([0, 1280]);
  // Stacked marks have no height of their own: only a screenshot shows whether they are drawn over their neighbors. How high they get
  // depends on the font; a shadow that is thrown far up and down stands in for all fonts.
  const words = bubble('z\u0334').locator('p');
  const { x, y, width: across, height } = (await words.locator('..').boundingBox())!;
  const beside = [y - 40, y + height].map((top) => ({ x, y: top, width: across, height: 40 }));
  const drawn = () => Promise.all(beside.map((clip) => page.screenshot({ clip })));
  const before = await drawn();
  await words.evaluate((element) => {
    element.style.textShadow = '0 -30px, 0 30px';
  });
  expect(await drawn()).toEqual(before);
});
