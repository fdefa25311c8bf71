/** The parts of the window that the focus goes through, each with one place for Tab. */
const panes = ['list', 'thread', 'composer', 'details'] as const;
export type Pane = (typeof panes)[number];

const whole: Readonly<Record<Pane, string>> = {
  list: '[data-testid="conversation-list"]',
  thread: '[data-testid="thread"]',
  composer: '[data-testid="composer-box"]',
  details: 'aside',
};
/** What takes the focus in each; the first one that is there, seen and not disabled. */
const entries: Readonly<Record<Pane, readonly string[]>> = {
  list: ['[data-testid="conversation-list"] [tabindex="0"]'],
  thread: ['[data-testid="thread-scroller"]'],
  composer: ['[data-testid="composer"]', '[data-testid="composer-box"] button'],
  details: ['aside [tabindex="0"]', 'aside button', 'aside a'],
};

const isIn = (pane: Pane, element: Element | null): boolean => element?.closest(whole[pane]) instanceof Element;
export const isInList = (element: Element | null): boolean => isIn('list', element);
export const isInComposer = (element: Element | null): boolean => isIn('composer', element);
/** The innermost one: the composer is a part of the thread. */
export const paneOf = (element: Element | null): Pane | null => panes.findLast((pane) => isIn(pane, element)) ?? null;

export const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));

export function focusPane(pane: Pane): boolean {
  const target = entries[pane]
    .flatMap((selector) => [...document.querySelectorAll<HTMLElement>(selector)])
    .find((element) => element.checkVisibility() && !element.matches(':disabled'));
  target?.focus({ preventScroll: pane === 'list' });
  return target !== undefined;
}

/** The row of a conversation when it is drawn and seen. */
export function focusRow(conversationId: string): boolean {
  const row = document.getElementById(`row-${conversationId}`);
  if (row?.checkVisibility() !== true) return false;
  row.focus();
  return true;
}

/** Where the focus belongs when nothing else has it: on the row that is acted on, else on the thread, else on the list. */
export function focusSomewhere(conversationId: string | null): boolean {
  if (conversationId !== null && focusRow(conversationId)) return true;
  return focusPane('thread') || focusPane('list');
}

export function goToPane(by: 1 | -1): void {
  const at = panes.findLastIndex((pane) => isIn(pane, document.activeElement));
  const begin = at < 0 && by === -1 ? panes.length : at;
  for (let step = 1; step <= panes.length; step += 1) {
    const pane = panes[(begin + step * by + panes.length * 2) % panes.length];
    if (pane !== undefined && focusPane(pane)) return;
  }
}
