import { setTimeout as pause } from 'node:timers/promises';
import { ensureRenderer } from '../../ensure-built.ts';
import { connectDesk, type DeskClient } from '../../stack/desk-client.ts';
import { type Stack, startStack } from '../../stack/stack.ts';
import { until } from '../../stack/until.ts';
import { quantile } from '../figures.ts';
import { openConnection } from '../load/connection.ts';
import { messageBody, signedRequest } from '../load/signed-requests.ts';
import { type PaintedRow, startChromium, watchRows } from '../page.ts';
import type { Finding, Suite } from '../suite.ts';
import { relayTarget } from './relay-target.ts';

/** Few enough that every row is visible; each message changes one of them. */
const buyers = 6;
const everyMs = 50;

export const painted: Suite = {
  name: 'painted',
  question:
    'From the moment a webhook is due to the moment its row is drawn in the real page in Chromium, in ms, 20 a second. Beside it, in place of a floor: until the same message reached a second window of the same desk, which is told after the commit to its cache.',
  async run({ quick }) {
    const browser = await startChromium();
    if (browser === null) return { skipped: 'no Chromium starts here; set CHROMIUM to one.' };
    ensureRenderer();
    const stack = await startStack();
    try {
      const desk = await stack.startDesk({ code: stack.ownerCode });
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.addInitScript(watchRows);
      await page.goto(desk.ready.url);
      const cached = new Map<string, number>();
      const window = await connectDesk(desk.ready.url);
      noteMessages(window, cached);
      await send(stack, 'warm', 20);
      await page.locator('[data-testid^="row-"]').first().waitFor();
      await pause(1_500);

      const due = await send(stack, 'row', quick ? 100 : 400);
      const last = [...due.keys()].at(-1) ?? '';
      const drawn = await until('the last row is painted', async () => {
        const rows = await page.evaluate(() => Reflect.get(globalThis, 'paintedRows') as PaintedRow[]);
        return rows.some(({ text }) => text.includes(last)) ? rows : undefined;
      }).catch(() => [] as PaintedRow[]);
      window.close();
      return findingsOf(due, cached, drawn);
    } finally {
      await browser.close();
      await stack.close();
    }
  },
};

function noteMessages(desk: DeskClient, cached: Map<string, number>): void {
  desk.on('changes', ({ messages }) => {
    for (const { text } of messages.changed)
      if (text !== null) cached.set(text, performance.timeOrigin + performance.now());
  });
}

/** Sends on time, whatever the relay does; returns each text with the moment when it was due. */
async function send(stack: Stack, name: string, count: number): Promise<Map<string, number>> {
  const target = relayTarget(stack);
  const connections = await Promise.all(
    Array.from({ length: 8 }, () => openConnection(Number(new URL(stack.relayUrl).port))),
  );
  const from = performance.timeOrigin + performance.now() + 100;
  const due = new Map<string, number>();
  const answers: Promise<number>[] = [];
  for (let index = 0; index < count; index += 1) {
    const dueAt = from + index * everyMs;
    const text = `${name} ${String(index).padStart(4, '0')}.`;
    const body = messageBody(
      target,
      `12${String(index % buyers).padStart(14, '0')}`,
      `aWdfZAG1faXRlbToxOk${name}${String(index).padStart(40, '0')}ZD`,
      text,
    );
    const request = signedRequest(target, body);
    await pause(Math.max(0, dueAt - (performance.timeOrigin + performance.now())));
    due.set(text, dueAt);
    const connection = connections[index % connections.length];
    if (connection !== undefined) answers.push(connection.send(request));
  }
  const refused = (await Promise.all(answers)).filter((status) => status !== 200).length;
  for (const connection of connections) connection.close();
  if (refused > 0) throw new Error(`${refused} webhooks were not answered with 200.`);
  return due;
}

function findingsOf(
  due: ReadonlyMap<string, number>,
  cached: ReadonlyMap<string, number>,
  drawn: readonly PaintedRow[],
): Finding[] {
  const toCache: number[] = [];
  const toPaint: number[] = [];
  for (const [text, dueAt] of due) {
    const cachedAt = cached.get(text);
    const row = drawn.find((candidate) => candidate.text.includes(text));
    if (cachedAt !== undefined) toCache.push(cachedAt - dueAt);
    if (row !== undefined) toPaint.push(row.at - dueAt);
  }
  // A row that changes again before it is drawn shows only its newest message: the others are not missing, but never painted.
  const note = `messages: ${due.size}, painted: ${toPaint.length}, told to the second window: ${toCache.length}`;
  return [0.5, 0.95].map((part) => {
    const ours = quantile(toPaint, part);
    const floor = quantile(toCache, part);
    return { what: `painted, p${part * 100}, ms`, ours, floor, ratios: [ours / floor], goal: null, note };
  });
}
