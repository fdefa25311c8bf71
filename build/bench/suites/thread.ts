/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { minuteMs } from '@transom/shared';
import type { Browser, Page } from 'playwright-core';
import { ensureRenderer } from '../../ensure-built.ts';
import { connectDesk } from '../../stack/desk-client.ts';
import { type Stack, startStack } from '../../stack/stack.ts';
import { until } from '../../stack/until.ts';
import { quantile, show } from '../figures.ts';
import { openPlainThread } from '../floors/thread.ts';
import { openConnection } from '../load/connection.ts';
import { messageBody, signedRequest } from '../load/signed-requests.ts';
import { startChromium } from '../page.ts';
import { mainThreadMs, watchPaints, whenPainted } from '../page-work.ts';
import { chanceOf } from '../random.ts';
import type { Finding, Suite } from '../suite.ts';
import { buyerText } from '../texts.ts';
import { relayTarget } from './relay-target.ts';

/** One buyer who has written for months, and a few others to move between. */
const longest = 5_000;
const others = 20;
/** As many as the desk reads at a time. */
const pageOfOlder = 60;
const newest = 'The newest one.';

export const thread: Suite = {
  name: 'thread',
  question:
    'A thread of 5,000 cached messages in the real page in Chromium: from the press to the painted thread, and the main thread\u2019s time for a page of older ones, for a new one at the end, and for a key that moves through the list.',
  async run({ quick }) {
    const browser = await startChromium();
    if (browser === null) return { skipped: 'no Chromium starts here; set CHROMIUM to one.' };
    ensureRenderer();
    const stack = await startStack();
    try {
      const desk = await stack.startDesk({ code: stack.ownerCode });
      await fill(stack, desk.ready.url);
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.addInitScript(watchPaints);
      await page.goto(desk.ready.url);
      const row = page.getByTestId(/^row-/).filter({ hasText: newest });
      await row.waitFor();
      const rowId = await row.first().getAttribute('id');
      const asking = await measurementOverhead(page);
      const opened = await timesToOpen(page, rowId ?? '', quick ? 5 : 15);
      const older = await workOfOlderPages(page, rowId ?? '', quick ? 12 : 83);
      const arrived = await workOfNewMessages(stack, page, quick ? 8 : 60);
      const moved = await workOfKeys(page, quick ? 10 : 60);
      const plain = await workOfPlainThread(browser, quick ? 8 : 30);
      return [
        finding({ what: 'open a thread of 5,000 messages, ms', ours: opened, goal: 80 }),
        finding({
          what: 'a page of older ones, main thread, ms',
          ours: less(older, asking),
          floor: less(plain.older, asking),
          goal: 16,
        }),
        finding({
          what: 'a new message at the end, main thread, ms',
          ours: less(arrived, asking),
          floor: less(plain.appended, asking),
          goal: 16,
        }),
        finding({
          what: 'j or k in the list, main thread, ms',
          ours: less(moved.work, asking),
          goal: 8,
          note: `frames until painted: ${moved.frames.join(', ')}`,
        }),
      ];
    } finally {
      await browser.close();
      await stack.close();
    }
  },
};

/** The median; other load on the machine shows in the tail, which the note reports. */
function finding(measured: {
  readonly what: string;
  readonly ours: readonly number[];
  readonly floor?: readonly number[];
  readonly goal: number;
  readonly note?: string;
}): Finding {
  const { ours, floor = null, note = '' } = measured;
  const spread = `times: ${ours.length}, p95: ${show(quantile(ours, 0.95))}, last ten: ${show(quantile(ours.slice(-10), 0.5))}`;
  const middle = floor === null ? null : quantile(floor, 0.5);
  return {
    what: `${measured.what}, p50`,
    ours: quantile(ours, 0.5),
    floor: middle,
    ratios: middle === null ? [] : ours.map((each) => each / middle),
    goal: { id: 'G27', of: 'figure', bound: 'at most', value: measured.goal },
    note: note === '' ? spread : `${spread}; ${note}`,
  };
}

/** The same in a plain list: the least that this machine needs for it. */
async function workOfPlainThread(browser: Browser, times: number): Promise<{ older: number[]; appended: number[] }> {
  const chance = chanceOf(31);
  const texts = (count: number) => Array.from({ length: count }, () => buyerText(chance));
  const list = await openPlainThread(browser, texts(longest));
  await list.open();
  const older: number[] = [];
  const appended: number[] = [];
  for (let time = 0; time < times; time += 1) older.push(await list.older(texts(pageOfOlder)));
  for (let time = 0; time < times; time += 1) appended.push(await list.append(buyerText(chance)));
  await list.close();
  return { older, appended };
}

/** Through the relay and its feed, so that the desk keeps all of it; dated over months, one message every 20 minutes. */
async function fill(stack: Stack, address: string): Promise<void> {
  const window = await connectDesk(address);
  const chance = chanceOf(31);
  const now = Date.now();
  const texts = Array.from({ length: longest - 1 }, (_, index) => ({
    sender: 0,
    text: buyerText(chance),
    at: now - (longest - index) * 20 * minuteMs,
  }));
  const rest = Array.from({ length: others }, (_, index) => ({
    sender: index + 1,
    text: buyerText(chance),
    at: now - minuteMs,
  }));
  await send(stack, [...texts, ...rest]);
  await send(stack, [{ sender: 0, text: newest, at: now }]);
  // The feed brings the newest one last.
  const isThere = async () => {
    const { rows } = await window.call('inbox.list', { lane: 'answer', after: null, limit: others + 1 });
    return rows.some(({ lastMessage }) => lastMessage?.preview === newest) || undefined;
  };
  await until('the desk has every message', isThere, 120_000);
  window.close();
}

let made = 0;
async function send(
  stack: Stack,
  messages: readonly { readonly sender: number; readonly text: string; readonly at: number }[],
): Promise<void> {
  const target = relayTarget(stack);
  const port = Number(new URL(stack.relayUrl).port);
  const connections = await Promise.all(
    Array.from({ length: Math.min(8, messages.length) }, () => openConnection(port)),
  );
  let next = 0;
  await Promise.all(
    connections.map(async (connection) => {
      for (let message = messages[next++]; message !== undefined; message = messages[next++]) {
        made += 1;
        const mid = `aWdfZAG1faXRlbToxOkthread${String(made).padStart(50, '0')}ZD`;
        const sender = `12${String(message.sender).padStart(14, '0')}`;
        const body = messageBody(target, sender, mid, message.text, message.at);
        const status = await connection.send(signedRequest(target, body));
        if (status !== 200) throw new Error(`A webhook was answered with ${status}.`);
      }
    }),
  );
  for (const connection of connections) connection.close();
}

/** What two frames and the measurement itself cost, with nothing to do. */
async function measurementOverhead(page: Page): Promise<number> {
  const found: number[] = [];
  for (let time = 0; time < 15; time += 1) {
    const wait = () =>
      page.evaluate(
        () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
      );
    found.push(await mainThreadMs(page, wait));
  }
  return quantile(found, 0.5);
}

function less(values: readonly number[], asking: number): number[] {
  return values.map((value) => Math.max(0, value - asking));
}

async function timesToOpen(page: Page, rowId: string, times: number): Promise<number[]> {
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) {
    found.push(await whenPainted(page, { press: `#${rowId}`, until: { inside: 'thread-scroller', text: newest } }));
    await page.keyboard.press('Escape');
    await page.getByTestId('thread').waitFor({ state: 'detached' });
  }
  return found;
}

async function workOfOlderPages(page: Page, rowId: string, pages: number): Promise<number[]> {
  await page.locator(`#${rowId}`).click();
  const log = page.getByTestId('thread-scroller');
  await log.getByText(newest).waitFor();
  await page.waitForTimeout(300);
  const found: number[] = [];
  for (let count = 0; count < pages; count += 1) {
    // Drawing while scrolling is not part of the cost, so the button asks for them, from where scrolling does not ask yet.
    await log.evaluate((box) => {
      box.scrollTop = 1_400;
      return new Promise((done) => setTimeout(done, 200));
    });
    const before = await log.evaluate((box) => box.scrollHeight);
    const work = await mainThreadMs(page, () => page.evaluate(askForOlder));
    if ((await log.evaluate((box) => box.scrollHeight)) <= before)
      throw new Error(`No page came after ${count} of them.`);
    found.push(work);
  }
  return found;
}

/** Runs in the page until the older messages are painted. It reads the height set on the list, because measuring would cost a layout. */
function askForOlder(): Promise<void> {
  return new Promise<void>((done) => {
    const list = document.querySelector<HTMLElement>('[data-testid="thread-scroller"] [role="log"]');
    const height = () => Number.parseFloat(list?.style.height ?? '');
    const before = height();
    const look = new MutationObserver(() => {
      if (height() <= before + 500) return;
      look.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => done()));
    });
    if (list !== null) look.observe(list, { attributes: true, attributeFilter: ['style'] });
    document.querySelector<HTMLElement>('[data-testid="thread-edge"] button')?.click();
    setTimeout(done, 2_000);
  });
}

async function workOfNewMessages(stack: Stack, page: Page, times: number): Promise<number[]> {
  const log = page.getByTestId('thread-scroller');
  await log.focus();
  await page.keyboard.press('End');
  await log.getByText(newest).waitFor();
  await page.waitForTimeout(300);
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const text = `And one more, number ${time}.`;
    found.push(
      await mainThreadMs(page, async () => {
        const painted = whenPainted(page, { press: null, until: { inside: 'thread-scroller', text } });
        await send(stack, [{ sender: 0, text, at: Date.now() }]);
        await painted;
      }),
    );
  }
  return found;
}

/** With no thread open, so that a key moves only the focus ring. */
async function workOfKeys(page: Page, times: number): Promise<{ work: number[]; frames: number[] }> {
  await page.keyboard.press('Escape');
  await page.getByTestId('thread').waitFor({ state: 'detached' });
  for (let time = 0; time < others + 1; time += 1) await page.keyboard.press('k');
  const work: number[] = [];
  const frames = new Set<number>();
  for (let time = 0; time < times; time += 1) {
    await page.evaluate(() => Reflect.get(globalThis, 'watchNextMove')());
    const key = time % (others - 2) < (others - 2) / 2 ? 'j' : 'k';
    work.push(
      await mainThreadMs(page, async () => {
        await page.keyboard.press(key);
        frames.add(await page.evaluate(() => Reflect.get(globalThis, 'framesUntilMoved') as Promise<number>));
      }),
    );
  }
  return { work, frames: [...frames].sort((one, other) => one - other) };
}
