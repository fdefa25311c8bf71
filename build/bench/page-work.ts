/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { CDPSession, Page } from 'playwright-core';

/** What something costs a page: main-thread time as Chromium counts it, and the time until the result is painted. */
const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** How long the main thread worked while `work` ran, in ms: script, style, layout and paint. CPU time, so other load does not count. */
export async function mainThreadMs(page: Page, work: () => Promise<void>): Promise<number> {
  const session = await (sessions.get(page) ?? openSession(page));
  const before = await busyMs(session);
  await work();
  return (await busyMs(session)) - before;
}

function openSession(page: Page): Promise<CDPSession> {
  const session = page
    .context()
    .newCDPSession(page)
    .then(async (opened) => {
      await opened.send('Performance.enable', { timeDomain: 'threadTicks' });
      return opened;
    });
  sessions.set(page, session);
  return session;
}

async function busyMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000;
}

type Painted = {
  /** A selector for what to press first; null if something else causes the paint. */
  readonly press: string | null;
  readonly until: { readonly inside: string; readonly text: string };
};

/** Ms from the press (or the call) until the text is painted inside the element with this test id. */
export function whenPainted(page: Page, painted: Painted): Promise<number> {
  return page.evaluate(
    (given) => (Reflect.get(globalThis, 'timeToPaint') as (given: Painted) => Promise<number>)(given),
    painted,
  );
}

/** Runs in the page before its own scripts. */
export function watchPaints(): void {
  /** Runs `then` in a task after the frame that paints the present change. */
  const afterPaint = (then: () => void) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then();
      port2.postMessage(null);
    });
  const timeToPaint = ({ press, until }: Painted) =>
    new Promise<number>((done) => {
      const from = performance.now();
      const isThere = () =>
        document.querySelector(`[data-testid="${until.inside}"]`)?.textContent?.includes(until.text) === true;
      const look = new MutationObserver(() => {
        if (!isThere()) return;
        look.disconnect();
        afterPaint(() => done(performance.now() - from));
      });
      look.observe(document, { subtree: true, childList: true, characterData: true });
      if (press !== null) document.querySelector<HTMLElement>(press)?.click();
    });
  /** Sets `framesUntilMoved`: the frames from the next key press until the focus that it moves is painted. */
  const watchNextMove = () => {
    const moved = new Promise<number>((done) => {
      let frames = 0;
      const count = () => {
        frames += 1;
        requestAnimationFrame(count);
      };
      const onFocus = () => {
        let paintedIn = 0;
        requestAnimationFrame(() => {
          paintedIn = frames;
        });
        afterPaint(() => done(paintedIn));
      };
      addEventListener('keydown', () => requestAnimationFrame(count), { once: true, capture: true });
      addEventListener('focusin', onFocus, { once: true, capture: true });
      setTimeout(() => done(-1), 1_000);
    });
    Object.assign(globalThis, { framesUntilMoved: moved });
  };
  Object.assign(globalThis, { timeToPaint, watchNextMove });
}
