import type { Lane } from '@transom/shared';

/** The parts of the window that the focus goes through, in their order; each has one place for Tab. */
export const panes = ['list', 'thread', 'composer', 'details'] as const;
export type Pane = (typeof panes)[number];
export type FocusName = Pane | `row ${string}` | `lane ${Lane}` | 'keep-unsent';

type Target = { readonly element: HTMLElement; readonly order: number };

/**
 * Where the focus can be sent, by name. The component that draws a part of the window or a field registers it here; code that wants the
 * focus there asks for the name and knows nothing of elements.
 */
export type FocusTargets = ReturnType<typeof createFocusTargets>;

export function createFocusTargets() {
  const parts = new Map<Pane, HTMLElement>();
  const targets = new Map<FocusName, Set<Target>>();

  /** The first one that is visible and not disabled. */
  const targetOf = (name: FocusName): HTMLElement | undefined =>
    [...(targets.get(name) ?? [])]
      .sort((a, b) => a.order - b.order || byPlace(a.element, b.element))
      .find(({ element }) => element.checkVisibility() && !element.matches(':disabled'))?.element;

  const isIn = (pane: Pane, element: Element | null): boolean => parts.get(pane)?.contains(element) ?? false;

  return {
    /** `element` is this whole part of the window. Returns how to unregister it. */
    addPart(pane: Pane, element: HTMLElement): () => void {
      parts.set(pane, element);
      return () => {
        if (parts.get(pane) === element) parts.delete(pane);
      };
    },
    /**
     * `element` takes the focus when `name` is asked for; of several, the one with the lowest `order`, then the first in the page. Returns
     * how to unregister it.
     */
    add(name: FocusName, element: HTMLElement, order = 0): () => void {
      const target = { element, order };
      const named = targets.get(name) ?? new Set();
      targets.set(name, named.add(target));
      return () => {
        named.delete(target);
        if (named.size === 0 && targets.get(name) === named) targets.delete(name);
      };
    },
    /** False when nothing of that name is drawn, visible and focusable. */
    focus(name: FocusName, options?: FocusOptions): boolean {
      const target = targetOf(name);
      target?.focus({ preventScroll: name === 'list', ...options });
      return target !== undefined;
    },
    /** Whether an element registered under exactly that name has the focus. */
    has: (name: FocusName): boolean => [...(targets.get(name) ?? [])].some(({ element }) => isActive(element)),
    isIn,
    /** Whether the focus is in this part of the window. */
    isActive: (pane: Pane): boolean => {
      const part = parts.get(pane);
      return part?.contains(part.ownerDocument.activeElement) ?? false;
    },
    /** The innermost part of the window: the composer is a part of the thread. */
    paneOf: (element: Element | null): Pane | null => panes.findLast((pane) => isIn(pane, element)) ?? null,
  };
}

const byPlace = (a: HTMLElement, b: HTMLElement): number =>
  (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING) === 0 ? 1 : -1;

const isActive = (element: HTMLElement): boolean => element === element.ownerDocument.activeElement;

export const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
