import { join } from 'node:path';
import { app } from 'electron';
import { installBadge } from './badge.ts';
import { declareBundleScheme, installBundleProtocol } from './bundle-protocol.ts';
import { installClosing } from './closing.ts';
import { installCore } from './core-supervision.ts';
import { askAfterCrash, endWithReason, installPageCrashes } from './crashes.ts';
import { installDeepLinks } from './deep-links.ts';
import { openOutside } from './external.ts';
import { parseFlags } from './flags.ts';
import { identity, keychainService } from './identity.ts';
import { installMenu } from './menu.ts';
import { installNavigationLock } from './navigation.ts';
import { installNotifications } from './notifications.ts';
import { installPermissions } from './permissions.ts';
import { installPower } from './power.ts';
import { readRemembered, writeRemembered } from './remembered.ts';
import { installShutdown } from './shutdown.ts';
import { installSingleInstance } from './single-instance.ts';
import { installTray } from './tray.ts';
import { createWindow, installPortRequests, placementOf, showWindow } from './window.ts';

/**
 * The shell of the desk, step by step: flags, single instance, what must be declared before the app is ready, then
 * protocol, permissions, window, core, tray, notifications, power, and shutdown.
 */
const os = process.platform;
const out = join(import.meta.dirname, '..');
const quit = () => app.quit();

const flags = parseFlags(process.argv.slice(1));
app.setName(identity.productName);
app.setAppUserModelId(identity.appId);
if (flags.dataDir !== null) app.setPath('userData', flags.dataDir);

const instance = installSingleInstance();
// Not awaited: Electron becomes ready only after this module has run to its end.
if (instance.isFirst) void start().catch(endWithReason);
else app.exit(0);

async function start(): Promise<void> {
  const deepLinks = installDeepLinks();
  declareBundleScheme();
  app.enableSandbox();
  await app.whenReady();

  const dataDir = app.getPath('userData');
  const rememberedPath = join(dataDir, 'window.json');
  let remembered = readRemembered(rememberedPath);

  const guards = [
    installMenu(os),
    installBundleProtocol({ bundleDir: join(out, 'renderer') }),
    installPermissions(),
    installNavigationLock({ openOutside }),
  ];

  const notifications = installNotifications({ os, onClick: open });
  const core = installCore({
    modulePath: join(out, 'main', 'core-process.js'),
    settings: { dataDir, keychainService: keychainService(flags.dataDir), version: app.getVersion() },
    host: {
      openExternal: async (url) => {
        await openOutside(url);
        return true;
      },
      notify: notifications.notify,
      closeNotification: notifications.closeNotification,
      setBadge: (count) => showWaiting(count),
    },
    askAfterCrash: () => askAfterCrash('core'),
    quit,
  });

  const disposePortRequests = installPortRequests({ attach: core.attach });
  const window = createWindow({
    preloadPath: join(out, 'preload', 'preload.cjs'),
    placement: remembered.placement,
    startHidden: flags.startHidden,
  });
  const disposePageCrashes = installPageCrashes({ window, quit });
  const setBadge = installBadge({ os, window });
  const tray = installTray({ os, show: () => showWindow(window) });
  const disposeClosing = installClosing({
    os,
    window,
    facts: () => ({ isQuitting: shutdown.isQuitting(), hasTray: tray !== null, wasTold: remembered.wasToldAboutTray }),
    onExplained: () => void (remembered = { ...remembered, wasToldAboutTray: true }),
    quit,
  });
  const disposePower = installPower({ wake: core.wake, quit });
  app.on('activate', () => showWindow(window));
  instance.onSecond((link) => open(link?.conversationId ?? null));
  deepLinks.open((link) => open(link.conversationId));

  const shutdown = installShutdown([
    () => writeRemembered(rememberedPath, { ...remembered, placement: placementOf(window) }),
    disposePower,
    disposeClosing,
    disposePortRequests,
    () => core.close(),
    notifications.dispose,
    () => tray?.dispose(),
    disposePageCrashes,
    () => window.destroy(),
    ...guards,
    deepLinks.dispose,
  ]);

  function open(conversationId: string | null): void {
    showWindow(window);
    if (conversationId !== null) core.openConversation(conversationId);
  }

  function showWaiting(count: number): void {
    setBadge(count);
    tray?.setWaiting(count);
  }
}
