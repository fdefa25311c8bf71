import { spokenIn, type Text } from '@transom/shared';
import { app } from 'electron';

/** The shell's words in the system's current language. Nothing keeps them, because a person may change the language at any time. */
export const words = (): Text => spokenIn(app.getPreferredSystemLanguages()).text;

/**
 * Renews long-lived texts when the language has changed. No system reports that to the shell: we check when a person comes to a window or
 * leaves it, because the language is changed in another one.
 */
export function followLanguage(relabel: () => void): () => void {
  let said = words();
  const onTurn = (): void => {
    const now = words();
    if (now === said) return;
    said = now;
    relabel();
  };
  app.on('browser-window-focus', onTurn);
  app.on('browser-window-blur', onTurn);
  return () => {
    app.off('browser-window-focus', onTurn);
    app.off('browser-window-blur', onTurn);
  };
}
