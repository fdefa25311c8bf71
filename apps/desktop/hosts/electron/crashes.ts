import { app, type BrowserWindow, dialog } from 'electron';
import { decidePageGone } from './crash-policy.ts';
import { identity } from './identity.ts';
import { words } from './words.ts';

/** Reloads a page that died: once silently, then only when a person says so. Drafts and replies are in the core. */
export function installPageCrashes(deps: { window: BrowserWindow; quit(): void }): () => void {
  const { webContents } = deps.window;
  let lastReloadAt: number | null = null;
  const onGone = (_event: unknown, details: { readonly reason: string }): void => {
    const now = performance.now();
    const decision = decidePageGone(details.reason, lastReloadAt, now);
    if (decision === 'ignore') return;
    lastReloadAt = now;
    if (decision === 'restart') return webContents.reload();
    void askAfterCrash('window').then((answer) => {
      if (answer === 'quit') deps.quit();
      else webContents.reload();
    });
  };
  webContents.on('render-process-gone', onGone);
  return () => void webContents.off('render-process-gone', onGone);
}

export async function askAfterCrash(what: 'window' | 'core'): Promise<'restart' | 'quit'> {
  const { crash, quit } = words().hosts;
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: identity.productName,
    message: crash[what],
    detail: crash.detail,
    buttons: [crash.restart, quit],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0 ? 'restart' : 'quit';
}

/** For failures while the app starts: there is no window yet that could show them. */
export function endWithReason(error: unknown): void {
  dialog.showErrorBox(words().hosts.cannotStart, error instanceof Error ? error.message : String(error));
  app.exit(1);
}
