/**
 * What a browser has and jsdom has not, as far as the views use it. Nothing is laid out here: everything is seen, a part of the window is 600 px
 * high, and what stands in it 40.
 */
const noLayout = {
  checkVisibility: () => true,
  scrollTo: () => undefined,
  scrollBy: () => undefined,
  scrollIntoView: () => undefined,
};
Object.assign(Element.prototype, noLayout);
Object.defineProperties(HTMLElement.prototype, {
  clientWidth: { configurable: true, get: () => 800 },
  clientHeight: { configurable: true, get: () => 600 },
  offsetHeight: { configurable: true, get: () => 40 },
});

// axe asks whether words can be painted.
HTMLCanvasElement.prototype.getContext = () => null;

class NoResizes implements ResizeObserver {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
}
globalThis.ResizeObserver = NoResizes;

/** A wide window: the details stand beside the thread. */
window.matchMedia = (media) =>
  ({ matches: true, media, addEventListener: () => undefined, removeEventListener: () => undefined }) as never;
