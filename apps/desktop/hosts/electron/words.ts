import { spokenIn, type Text } from '@transom/shared';
import { app } from 'electron';

/** What the shell says now, in the language of the system. Nothing keeps the words: a person may change the language at any time. */
export const words = (): Text => spokenIn(app.getPreferredSystemLanguages()).text;

/**
 * Says again what stands somewhere for long, when the language has changed. No system tells the shell of it: we look when a person comes to a
 * window or leaves it, because the language is changed in another one.
 */
export function followLanguage(sayAnew: () => void): () => void {
  let said = words();
  const onTurn = (): void => {
    const now = words();
    if (now === said) return;
    said = now;
    sayAnew();
  };
  app.on('browser-window-focus', onTurn);
  app.on('browser-window-blur', onTurn);
  return () => {
    app.off('browser-window-focus', onTurn);
    app.off('browser-window-blur', onTurn);
  };
}
