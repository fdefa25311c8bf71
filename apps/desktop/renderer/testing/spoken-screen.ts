import { englishWords, plainWords, speakAccented } from '@transom/shared/testing/accented';
import { onTestFinished } from 'vitest';
import { hearSystem } from '../text/spoken.ts';

/** Attributes that people hear or see. */
const heard = [
  'aria-label',
  'aria-description',
  'aria-valuetext',
  'aria-roledescription',
  'title',
  'placeholder',
  'alt',
];
const ofTheSystem = Object.getOwnPropertyDescriptor(Navigator.prototype, 'languages');

/** Makes `languages` those of this system, as a person does in its settings; `backToEnglish` undoes it at the end of the test. */
export function preferLanguages(languages: readonly string[]): void {
  Object.defineProperty(navigator, 'languages', { configurable: true, get: () => languages });
}

/** A window in the language of tests, for this test. */
export function speakAccentedHere(): void {
  speakAccented();
  preferLanguages(['uk']);
  hearSystem();
  backToEnglish();
}

/** Restores the system's language and time zone after the test. */
export function backToEnglish(): void {
  const zone = process.env['TZ'];
  onTestFinished(() => {
    Reflect.deleteProperty(navigator, 'languages');
    if (ofTheSystem === undefined) throw new Error('jsdom names no languages.');
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
    hearSystem();
  });
}

/** The words on the page that are in the English catalogue and have no accents, except `own`: names and words of people in this test. */
export function englishLeft(own: readonly string[]): string[] {
  const english = englishWords();
  const allowed = new Set(own.flatMap(plainWords));
  const left = saidOn(document.body).filter((words) =>
    plainWords(words).some((word) => english.has(word) && !allowed.has(word)),
  );
  return [...new Set(left)];
}

function saidOn(page: Element): string[] {
  const said: string[] = [];
  const walker = document.createTreeWalker(page, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node: Node | null = walker.currentNode; node !== null; node = walker.nextNode()) {
    if (node instanceof Element) said.push(...heard.flatMap((name) => node.getAttribute(name) ?? []));
    else said.push(node.textContent ?? '');
  }
  return said;
}
