import type { Configuration } from 'electron-builder';
import { identity } from './hosts/electron/identity.ts';

type BuilderFuses = Required<Omit<NonNullable<Configuration['electronFuses']>, 'resetAdHocDarwinSignature'>>;

/**
 * Every fuse that electron-builder 26.17 can set; a new one in its types is a compile error here. Electron 45 has a ninth,
 * WasmTrapHandlers, which neither it nor the @electron/fuses 1.8.0 below it knows: it keeps Electron's default (on),
 * which is what we want, as no WebAssembly runs here. Checked 2026-11-20; read a release with `electron-fuses read`.
 */
const fuses: BuilderFuses = {
  runAsNode: false,
  enableCookieEncryption: true,
  // Also switches NODE_EXTRA_CA_CERTS off.
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  // Effective on macOS and Windows.
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
};

const config: Configuration = {
  appId: identity.appId,
  productName: identity.productName,
  executableName: identity.executableName,
  copyright: 'Transom',
  directories: { output: 'out/installers', buildResources: '../../build/installer' },
  icon: '../../build/installer/icon.png',
  asar: true,
  // A native module cannot be loaded from inside an archive.
  asarUnpack: ['**/*.node'],
  files: [
    'package.json',
    'out/main/**',
    'out/preload/**',
    'out/renderer/**',
    '!**/*.map',
    // One binary of each native module instead of eight and thirteen, and none of their sources: 4 MB instead of 29 MB.
    '!**/node_modules/better-sqlite3/{deps,src}/**',
    '!**/node_modules/better-sqlite3/prebuilds/*',
    '**/node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node',
    '!**/node_modules/keytar/prebuilds/!(${platform}-${arch})/**',
    '!**/node_modules/keytar/{src,script,binding.gyp}{,/**}',
  ],
  // better-sqlite3 and keytar ship binaries for Node-API, which does not change with Electron.
  npmRebuild: false,
  electronFuses: fuses,
  extraMetadata: { desktopName: identity.desktopName },
  protocols: [{ name: identity.productName, schemes: [identity.deepLinkScheme] }],
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Office',
    synopsis: 'Answer buyer inquiries from Instagram and Facebook in time',
    maintainer: 'Transom <transom@localhost>',
    syncDesktopName: true,
    desktop: { entry: { StartupWMClass: identity.executableName, StartupNotify: 'true' } },
  },
  win: { target: ['nsis'] },
  nsis: {
    oneClick: true,
    perMachine: false,
    // Windows shows notifications only for an app with a Start menu shortcut.
    createStartMenuShortcut: true,
    shortcutName: identity.productName,
  },
  mac: {
    target: ['dmg'],
    category: 'public.app-category.business',
    hardenedRuntime: true,
    entitlements: '../../build/installer/entitlements.mac.plist',
    entitlementsInherit: '../../build/installer/entitlements.mac.plist',
  },
  // The build says where updates will be published; without it, the installers are built and point nowhere.
  publish: process.env['TRANSOM_UPDATE_URL'] ? [{ provider: 'generic', url: process.env['TRANSOM_UPDATE_URL'] }] : null,
};

export default config;
