import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import config from '../electron-builder.config.ts';
import { identity } from '../hosts/electron/identity.ts';

const inDesktop = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

test('every fuse is set, the dangerous ones off', () => {
  expect(config.electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
});

test('the installer and the running app have one identity', () => {
  expect(config.appId).toBe(identity.appId);
  expect(config.productName).toBe(identity.productName);
  expect(config.extraMetadata).toEqual({ desktopName: `${identity.executableName}.desktop` });
  expect(config.protocols).toEqual([{ name: identity.productName, schemes: [identity.deepLinkScheme] }]);
  expect(config.linux?.desktop?.entry?.['StartupWMClass']).toBe(identity.executableName);
});

test('native modules are beside the archive, one binary of each and no sources', () => {
  expect(config.asar).toBe(true);
  expect(config.asarUnpack).toContain('**/*.node');
  expect(config.files).toContain('!**/node_modules/better-sqlite3/prebuilds/*');
  expect(config.files).toContain('**/node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node');
  expect(config.files).toContain('!**/node_modules/keytar/prebuilds/!(${platform}-${arch})/**');
  for (const target of ['linux-x64', 'linux-arm64', 'win32-x64', 'darwin-arm64', 'darwin-x64']) {
    // The names that the patterns rely on.
    expect(existsSync(inDesktop(`node_modules/better-sqlite3/prebuilds/${target}.node`))).toBe(true);
    expect(existsSync(inDesktop(`node_modules/keytar/prebuilds/${target}/keytar.node`))).toBe(true);
  }
});

test('each system has its installer, and an update address only when one is given', () => {
  expect(config.linux?.target).toEqual(['AppImage', 'deb']);
  expect(config.win?.target).toEqual(['nsis']);
  expect(config.mac).toMatchObject({ target: ['dmg'], hardenedRuntime: true });
  expect(config.publish).toBeNull();
});

test('the icon is a PNG of 512 by 512, and the entitlements are there', () => {
  const icon = readFileSync(inDesktop(String(config.icon)));
  expect(icon.subarray(1, 4).toString()).toBe('PNG');
  expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([512, 512]);
  expect(existsSync(inDesktop(String(config.mac?.entitlements)))).toBe(true);
});
