/** Calls `tell` immediately while that is quick. When it is slow (ten thousand waiting replies), it may take a tenth of the time at most. */
const quickMs = 3;
const restsPerTelling = 10;

export function paced(tell: () => void): { (): void; close(): void } {
  let tookMs = 0;
  let timer: NodeJS.Timeout | null = null;
  function now(): void {
    timer = null;
    const from = performance.now();
    tell();
    tookMs = performance.now() - from;
  }
  function soon(): void {
    if (timer !== null) return;
    if (tookMs < quickMs) now();
    else timer = setTimeout(now, tookMs * restsPerTelling);
  }
  return Object.assign(soon, { close: () => void (timer !== null && clearTimeout(timer)) });
}
