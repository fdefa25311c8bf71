import { Tooltip } from '@base-ui/react/tooltip';
import axe from 'axe-core';
import type { ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { onTestFinished, vi } from 'vitest';
import type { Desk } from '../desk.ts';
import { DeskProvider } from '../desk-context.tsx';

/** What is on the page of a test, and what a person can do with it. */
export type Drawn = {
  readonly place: HTMLElement;
  /** All words, as one line. */
  words(): string;
  get(testId: string): HTMLElement;
  has(testId: string): boolean;
  /** By its label. */
  button(name: string | RegExp): HTMLButtonElement;
  hasButton(name: string | RegExp): boolean;
  /** What axe finds in it. Colors, and the rules for whole pages, are checked in a browser. */
  faults(): Promise<string[]>;
};

/** Draws a view of `desk`. It is removed at the end of the test. */
export function draw(desk: Desk, view: ReactNode): Drawn {
  const place = document.createElement('div');
  document.body.append(place);
  const root: Root = createRoot(place);
  onTestFinished(() => {
    root.unmount();
    place.remove();
  });
  root.render(
    <DeskProvider value={desk}>
      <Tooltip.Provider>{view}</Tooltip.Provider>
    </DeskProvider>,
  );
  // Dialogs and popovers are placed beside it in the page.
  const page = document.body;
  const buttons = (name: string | RegExp) =>
    [...page.querySelectorAll<HTMLButtonElement>('button')].filter((button) => isCalled(button, name));
  return {
    place,
    words: () => wordsOf(page),
    get: (testId) => {
      const found = page.querySelector<HTMLElement>(`[data-testid="${testId}"]`);
      if (found === null) throw new Error(`Nothing is called ${testId} in: ${wordsOf(page)}`);
      return found;
    },
    has: (testId) => page.querySelector(`[data-testid="${testId}"]`) !== null,
    button: (name) => {
      const [found, other] = buttons(name);
      if (found === undefined || other !== undefined)
        throw new Error(`${found ? 'More than one' : 'No'} button is called ${name} in: ${wordsOf(page)}`);
      return found;
    },
    hasButton: (name) => buttons(name).length > 0,
    faults: () => faultsOf(page),
  };
}

/** Waits until `look` no longer throws; a store's change is drawn a moment later. */
export const shows = (look: () => void): Promise<void> => vi.waitFor(look, { timeout: 4_000, interval: 5 });

export const wordsOf = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

function isCalled(button: HTMLButtonElement, name: string | RegExp): boolean {
  const label = button.getAttribute('aria-label') ?? wordsOf(button);
  return typeof name === 'string' ? label === name : name.test(label);
}

/** Types all of `words` into a field, replacing what is there. */
export function type(field: Element, words: string): void {
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  // React tracks the setter on the field itself; the prototype's changes the value behind it, as a key does.
  Object.getOwnPropertyDescriptor(kind.prototype, 'value')?.set?.call(field, words);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

export function press(key: string, init: KeyboardEventInit = {}, target = document.activeElement ?? document.body) {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }));
}

const pageRules = ['region', 'landmark-one-main', 'page-has-heading-one', 'heading-order'];

async function faultsOf(page: HTMLElement): Promise<string[]> {
  const unasked = Object.fromEntries([...pageRules, 'color-contrast'].map((rule) => [rule, { enabled: false }]));
  const { violations } = await axe.run(page, { resultTypes: ['violations'], rules: unasked });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}
