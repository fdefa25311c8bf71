/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { mainThreadMs } from '../page-work.ts';

/**
 * Floor of a long thread: a plain virtual list without a framework, a header or a composer. Each message is one box with its text; only
 * visible ones are in the page, each is measured once, and the reader's place stays where it is.
 */
export type PlainThread = {
  open(): Promise<number>;
  older(texts: readonly string[]): Promise<number>;
  append(text: string): Promise<number>;
  close(): Promise<void>;
};

export async function openPlainThread(browser: Browser, texts: readonly string[]): Promise<PlainThread> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.setContent(`<!doctype html><style>
    body { margin: 0; font: 14px/1.45 sans-serif; }
    #scroller { position: relative; width: 640px; height: 700px; overflow: hidden auto; overflow-anchor: none; }
    #list { position: relative; }
    #list > p { position: absolute; box-sizing: border-box; margin: 0; padding: 8px 12px; max-width: 460px; }
  </style><div id="scroller"><div id="list"></div></div>`);
  await page.evaluate(plainList, [...texts]);
  const work = (name: string, argument: unknown) => mainThreadMs(page, () => callAndPaint(page, name, argument));
  return {
    open: () => work('open', null),
    older: (older) => work('older', older),
    append: (text) => work('append', text),
    close: () => page.close(),
  };
}

function callAndPaint(page: Page, name: string, argument: unknown): Promise<void> {
  return page.evaluate(
    ([called, given]) =>
      new Promise<void>((done) => {
        (Reflect.get(globalThis, 'plainList') as Record<string, (given: unknown) => void>)[called as string]?.(given);
        requestAnimationFrame(() => requestAnimationFrame(() => done()));
      }),
    [name, argument] as const,
  );
}

/** Runs in the page. */
function plainList(texts: string[]): void {
  const [scroller, list] = ['scroller', 'list'].map((id) => document.getElementById(id)) as [HTMLElement, HTMLElement];
  const likelyPx = 40;
  const items = texts.map((text) => ({ text, height: likelyPx, isMeasured: false }));
  const drawn = new Map<(typeof items)[number], HTMLElement>();
  const total = () => items.reduce((sum, { height }) => sum + height, 0);
  /** Draws what is visible, from above the top edge to below the bottom one. A second time if measuring moved it. */
  const draw = (atEnd: boolean, isAgain = false): void => {
    list.style.height = `${total()}px`;
    if (atEnd) scroller.scrollTop = total();
    const [from, until] = [scroller.scrollTop - 200, scroller.scrollTop + 900];
    const inSight = new Set<(typeof items)[number]>();
    let top = 0;
    for (const item of items) {
      if (top + item.height >= from && top <= until) {
        inSight.add(item);
        const box = drawn.get(item) ?? list.appendChild(document.createElement('p'));
        if (!drawn.has(item)) box.textContent = item.text;
        drawn.set(item, box);
        box.style.top = `${top}px`;
      }
      top += item.height;
    }
    for (const [item, box] of drawn) {
      if (inSight.has(item)) continue;
      box.remove();
      drawn.delete(item);
    }
    let isMoved = false;
    for (const [item, box] of drawn) {
      if (item.isMeasured) continue;
      item.isMeasured = true;
      isMoved ||= item.height !== box.offsetHeight;
      item.height = box.offsetHeight;
    }
    if (isMoved && !isAgain) draw(atEnd, true);
  };
  Object.assign(globalThis, {
    plainList: {
      open: () => draw(true),
      older(older: readonly string[]) {
        const before = total();
        items.unshift(...older.map((text) => ({ text, height: likelyPx, isMeasured: false })));
        list.style.height = `${total()}px`;
        scroller.scrollTop += total() - before;
        draw(false);
      },
      append(text: string) {
        items.push({ text, height: likelyPx, isMeasured: false });
        draw(true);
      },
    },
  });
}
