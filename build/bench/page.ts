/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** A headless Chromium: $CHROMIUM, the system's, or the packaged one; null if none starts. */
export async function startChromium(): Promise<Browser | null> {
  const named = [process.env['CHROMIUM'], '/usr/bin/chromium'].find((path) => path !== undefined && existsSync(path));
  try {
    if (named !== undefined) return await chromium.launch({ executablePath: named, args: ['--no-sandbox'] });
    const { default: packaged } = await import('@sparticuz/chromium');
    return await chromium.launch({ executablePath: await packaged.executablePath(), args: packaged.args });
  } catch {
    return null;
  }
}

/**
 * Runs in the page before its own scripts: whenever an inbox row's text changes, records when it has been painted. Two animation frames
 * after the change, the first one has been drawn. Times are wall-clock times, which all processes of a machine share.
 */
export function watchRows(): void {
  const painted: { text: string; at: number }[] = [];
  Object.assign(globalThis, { paintedRows: painted });
  const observer = new MutationObserver((changes) => {
    const rows = new Set<Element>();
    for (const { target, addedNodes } of changes) {
      const element = target instanceof Element ? target : target.parentElement;
      const row = element?.closest('[data-testid^="row-"]');
      if (row) rows.add(row);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        if (node.matches('[data-testid^="row-"]')) rows.add(node);
        for (const inside of node.querySelectorAll('[data-testid^="row-"]')) rows.add(inside);
      }
    }
    if (rows.size === 0) return;
    const texts = [...rows].map((row) => row.textContent ?? '');
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const at = performance.timeOrigin + performance.now();
        for (const text of texts) painted.push({ text, at });
      }),
    );
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true });
}
export type PaintedRow = { readonly text: string; readonly at: number };
