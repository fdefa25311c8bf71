import { type BrowserWindow, dialog } from 'electron';
import { identity } from './identity.ts';
import { words } from './words.ts';

type CloseFacts = { readonly isQuitting: boolean; readonly hasTray: boolean; readonly wasTold: boolean };
export type CloseDecision = 'let' | 'quit' | 'hide' | 'hide-and-explain';

/**
 * What the window's close button does: hide if the app can be found again, explained once; otherwise quit. While the app
 * is quitting, the window may close.
 */
export function decideClose(os: string, facts: CloseFacts): CloseDecision {
  if (facts.isQuitting) return 'let';
  // On macOS an app without a window stays in the dock, as everybody knows.
  if (os === 'darwin') return 'hide';
  if (!facts.hasTray) return 'quit';
  return facts.wasTold ? 'hide' : 'hide-and-explain';
}

export function installClosing(deps: {
  os: string;
  window: BrowserWindow;
  facts(): CloseFacts;
  onExplained(): void;
  quit(): void;
}): () => void {
  const onClose = (event: { preventDefault(): void }): void => {
    const decision = decideClose(deps.os, deps.facts());
    if (decision === 'let') return;
    event.preventDefault();
    if (decision === 'quit') return deps.quit();
    if (decision === 'hide') return deps.window.hide();
    void explain(deps.window).then((answer) => {
      deps.onExplained();
      if (answer === 'quit') deps.quit();
      else deps.window.hide();
    });
  };
  deps.window.on('close', onClose);
  return () => void deps.window.off('close', onClose);
}

async function explain(window: BrowserWindow): Promise<'keep' | 'quit'> {
  const { closing, quit } = words().hosts;
  const { response } = await dialog.showMessageBox(window, {
    type: 'info',
    title: identity.productName,
    message: closing.message,
    detail: closing.detail,
    buttons: [closing.keep, quit],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1 ? 'quit' : 'keep';
}
