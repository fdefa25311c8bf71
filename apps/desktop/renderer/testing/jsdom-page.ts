/**
 * Browser features that the views use and jsdom lacks. There is no layout here: everything is visible, a part of the window is 600 px high,
 * and what is in it 40.
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

/** A wide window: the details are beside the thread. */
window.matchMedia = (media) =>
  ({ matches: true, media, addEventListener: () => undefined, removeEventListener: () => undefined }) as never;
