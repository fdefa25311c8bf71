import { once } from 'node:events';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { control, journal } from './fake-electron/control.ts';
import { app, type BrowserWindow, ipcMain, type MessagePortMain } from './fake-electron/electron.ts';

/** Runs a built shell (first argument) in a data folder (second) on the fake, asks its core who it is, and quits it. */
const fake = new URL('fake-electron/electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: fake, shortCircuit: true } : next(specifier, context),
});

const [, , builtShell, dataDir] = process.argv;
if (builtShell === undefined || dataDir === undefined) throw new Error('Name the built shell and a data folder.');
control.userData = dataDir;
await import(pathToFileURL(builtShell).href);

const deadlineAt = performance.now() + 10_000;
const until = async (isDone: () => boolean): Promise<void> => {
  while (!isDone()) {
    if (performance.now() > deadlineAt) throw new Error(`The shell stopped at: ${journal.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
await until(() => journal.some((entry) => entry.startsWith('window.loadURL')));

const { webContents } = control.windows[0] as BrowserWindow;
const posted = once(webContents, 'fake-post');
ipcMain.emit('transom:port', { senderFrame: { url: 'transom://desk/index.html', parent: null }, sender: webContents });
const [, , [port]] = (await posted) as [string, null, [MessagePortMain]];
const answered = once(port, 'message');
port.start();
port.postMessage(JSON.stringify({ m: 'session.get', a: [{}], i: '1', t: 'q' }));
const [{ data }] = (await answered) as [{ data: string }];
const session = (JSON.parse(data) as { r: { platform: { host: string; version: string } } }).r;

app.quit();
await until(() => journal.includes('app.exit 0'));
process.stdout.write(JSON.stringify({ ...session.platform, last: journal.at(-1) }));
process.exit(0);
