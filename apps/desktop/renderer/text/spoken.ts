import { spokenIn, type Text } from '@transom/shared';
import { createStore } from 'zustand/vanilla';

/** What this window says, and how it writes dates. */
export type Speech = { readonly text: Text; readonly locale: string; readonly timeZone: string };
/** Words made when they are shown, so that what a store keeps follows the language, too. */
export type Words = () => string;

/** When it changes, everything with words or times is redrawn: `useSpeech` in `desk-context.tsx`. */
export const speech = createStore<Speech>()(ofTheSystem);

/**
 * All words, in the current language. Read it when something is drawn or said, never earlier: a module constant would keep the language in
 * which the window was opened.
 */
export let text: Text = speech.getState().text;

/** Asks the system for its language and zone. Costs as much as formatting twenty times. */
export function hearSystem(): void {
  const heard = ofTheSystem();
  const before = speech.getState();
  if (heard.text === before.text && heard.locale === before.locale && heard.timeZone === before.timeZone) return;
  text = heard.text;
  speech.setState(heard);
}

function ofTheSystem(): Speech {
  const wanted = typeof navigator === 'undefined' ? [] : navigator.languages;
  return { ...spokenIn(wanted), timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone };
}
