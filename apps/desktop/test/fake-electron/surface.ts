import type * as real from 'electron';
import type * as fake from './electron.ts';

/**
 * Holds the fake to Electron's types: a member that Electron lacks makes its line fail to compile. It does not show that
 * the fake behaves like Electron.
 */
type Invented<Fake, Real> = Exclude<keyof Fake, keyof Real>;
type None<Names extends PropertyKey> = [Names] extends [never] ? true : { readonly 'not in Electron': Names };

export const surface = {
  module: true satisfies None<Exclude<Invented<typeof fake, typeof real>, 'MessagePortMain'>>,
  app: true satisfies None<Invented<typeof fake.app, typeof real.app>>,
  window: true satisfies None<Invented<fake.BrowserWindow, real.BrowserWindow>>,
  webContents: true satisfies None<Invented<fake.BrowserWindow['webContents'], real.WebContents>>,
  notification: true satisfies None<Invented<fake.Notification, real.Notification>>,
  tray: true satisfies None<Invented<fake.Tray, real.Tray>>,
  menu: true satisfies None<Invented<typeof fake.Menu, typeof real.Menu>>,
  nativeImage: true satisfies None<Invented<typeof fake.nativeImage, typeof real.nativeImage>>,
  image: true satisfies None<
    Exclude<Invented<ReturnType<typeof fake.nativeImage.createFromBitmap>, real.NativeImage>, 'bitmap'>
  >,
  protocol: true satisfies None<Invented<typeof fake.protocol, real.Protocol>>,
  session: true satisfies None<Invented<typeof fake.session.defaultSession, real.Session>>,
  sessionProtocol: true satisfies None<Invented<typeof fake.session.defaultSession.protocol, real.Protocol>>,
  screen: true satisfies None<Invented<typeof fake.screen, real.Screen>>,
  dialog: true satisfies None<Invented<typeof fake.dialog, real.Dialog>>,
  shell: true satisfies None<Invented<typeof fake.shell, real.Shell>>,
  ipcMain: true satisfies None<Invented<typeof fake.ipcMain, real.IpcMain>>,
  powerMonitor: true satisfies None<Invented<typeof fake.powerMonitor, real.PowerMonitor>>,
  port: true satisfies None<Invented<fake.MessagePortMain, real.MessagePortMain>>,
  channel: true satisfies None<Invented<fake.MessageChannelMain, real.MessageChannelMain>>,
  utilityProcess: true satisfies None<Invented<ReturnType<typeof fake.utilityProcess.fork>, real.UtilityProcess>>,
};
