import { app, type BrowserWindow, dialog } from 'electron';
import { decidePageGone } from './crash-policy.ts';

/** Brings a page back that died: once without a word, then only when a person says so. Drafts and replies are in the core. */
export function installPageCrashes(deps: { window: BrowserWindow; quit(): void }): () => void {
  const { webContents } = deps.window;
  let lastReloadAt: number | null = null;
  const onGone = (_event: unknown, details: { readonly reason: string }): void => {
    const now = performance.now();
    const decision = decidePageGone(details.reason, lastReloadAt, now);
    if (decision === 'ignore') return;
    lastReloadAt = now;
    if (decision === 'restart') return webContents.reload();
    void askAfterCrash('The window of Transom stopped twice').then((answer) => {
      if (answer === 'quit') deps.quit();
      else webContents.reload();
    });
  };
  webContents.on('render-process-gone', onGone);
  return () => void webContents.off('render-process-gone', onGone);
}

export async function askAfterCrash(message: string): Promise<'restart' | 'quit'> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'Transom',
    message,
    detail: 'Nothing that you sent or typed is lost: it is on disk. Start it again, or quit and look at it later.',
    buttons: ['Start again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0 ? 'restart' : 'quit';
}

/** For what must not happen while the app starts: there is no window yet that could say it. */
export function endWithReason(error: unknown): void {
  dialog.showErrorBox('Transom cannot start', error instanceof Error ? error.message : String(error));
  app.exit(1);
}
