import { fileURLToPath } from 'node:url';
import { ensureRenderer } from '../../ensure-built.ts';
import { start } from '../../stack/process.ts';
import { median } from '../figures.ts';
import { buildFirstPage } from '../floors/first-page.ts';
import { filesOf, largeCache } from '../large-cache.ts';
import { type PaintedRow, startChromium, watchRows } from '../page.ts';
import { startRemote } from '../process-calls.ts';
import type { Finding, Suite } from '../suite.ts';

type Start = { readonly openMs: number; readonly wholeMs: number };

export const firstRow: Suite = {
  name: 'first-row',
  question:
    'A desk with 100,000 cached conversations starts, without its relay: until the first rows of the inbox are answered, and until one is drawn, in ms, against opening a SQLite file and reading its first page.',
  async run({ quick, say }) {
    const folder = largeCache({ conversations: 100_000, messagesEach: 1 }, say);
    const floorFile = buildFirstPage(filesOf(folder));
    const ours: Start[] = [];
    const plain: Start[] = [];
    for (let round = 0; round <= (quick ? 2 : 7); round += 1) {
      const desk = await startDesk(folder);
      const floor = await startFloor(floorFile);
      if (round === 0) continue;
      ours.push(desk);
      plain.push(floor);
    }
    const finding = (what: string, of: (start: Start) => number, goal: Finding['goal']): Finding => ({
      what,
      ours: median(ours.map(of)),
      floor: median(plain.map(of)),
      ratios: ours.map((each, round) => of(each) / of(plain[round] ?? each)),
      goal,
    });
    return [
      finding('open and first page in a fresh process, ms', ({ openMs }) => openMs, {
        id: 'G18',
        of: 'ratio',
        bound: 'at most',
        value: 2,
      }),
      finding('start of the process to first rows, ms', ({ wholeMs }) => wholeMs, null),
      ...(await drawn(folder, quick ? 2 : 5)),
    ];
  },
};

async function startDesk(folder: string): Promise<Start> {
  const from = performance.now();
  const desk = startRemote(new URL('../desk-process.ts', import.meta.url));
  try {
    const openMs = await desk.call<number>('openAndList', folder, 'device-token');
    return { openMs, wholeMs: performance.now() - from };
  } finally {
    await desk.stop();
  }
}

async function startFloor(file: string): Promise<Start> {
  const from = performance.now();
  const script = fileURLToPath(new URL('../floors/first-page.ts', import.meta.url));
  const running = await start<{ tookMs: number }>({ name: 'the plain first page', script, args: [file] });
  const wholeMs = performance.now() - from;
  await running.stop();
  return { openMs: running.ready.tookMs, wholeMs };
}

/** A new page at a running desk: the time until its first row is drawn, by the page's own clock. */
async function drawn(folder: string, rounds: number): Promise<Finding[]> {
  const browser = await startChromium();
  if (browser === null) return [];
  ensureRenderer();
  const desk = startRemote(new URL('../desk-process.ts', import.meta.url));
  try {
    await desk.call('openAndList', folder, 'device-token');
    const address = await desk.call<string>('show');
    const times: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.addInitScript(watchRows);
      await page.goto(address);
      await page.waitForFunction(() => (Reflect.get(globalThis, 'paintedRows') as PaintedRow[]).length > 0);
      const at = await page.evaluate(
        () => ((Reflect.get(globalThis, 'paintedRows') as PaintedRow[])[0]?.at ?? Number.NaN) - performance.timeOrigin,
      );
      await page.close();
      if (round > 0) times.push(at);
    }
    return [
      { what: 'opening the page to first row drawn, ms', ours: median(times), floor: null, ratios: [], goal: null },
    ];
  } finally {
    await browser.close();
    await desk.stop();
  }
}
