import { because, en, sentenceOf } from '@transom/shared';
import { expect, test } from 'vitest';
import { fileDetour, openSecrets } from './secrets.ts';

const nowhere = () => false;

test('nothing in the environment can turn the keychain into a file', async () => {
  expect(fileDetour('linux', {}, nowhere)).toBeNull();
  expect(fileDetour('linux', { SECRET_BACKEND: 'service' }, nowhere)).toBeNull();
  expect(fileDetour('linux', { SECRET_BACKEND: 'file' }, nowhere)).toBe('file');
  expect(fileDetour('linux', { SNAP_NAME: 'x' }, nowhere)).toBe('sandbox');
  expect(fileDetour('linux', {}, (path) => path === '/.flatpak-info')).toBe('sandbox');

  const before = process.env['SECRET_BACKEND'];
  process.env['SECRET_BACKEND'] = 'file';
  try {
    const secrets = openSecrets('transom-test', () => undefined);
    await secrets.get('device-token');
    expect(secrets.place).toBe(process.platform === 'linux' ? 'memory' : 'keychain');
    await secrets.set('device-token', 'abc');
    expect(await secrets.get('device-token')).toBe('abc');
    await secrets.delete('device-token');
    expect(await secrets.get('device-token')).toBeNull();
  } finally {
    if (before === undefined) delete process.env['SECRET_BACKEND'];
    else process.env['SECRET_BACKEND'] = before;
  }
});

test('the lack of a keychain is explained in words, and its cause is logged', async () => {
  const logged: unknown[] = [];
  const secrets = openSecrets(
    'transom-test',
    (_level, _message, facts) => void logged.push(facts),
    () => Promise.reject(new Error('libsecret-1.so.0: cannot open shared object file')),
  );
  await secrets.get('device-token');
  expect(sentenceOf(en, secrets.reason!)).toMatch(/keychain .* connect again/);
  expect(JSON.stringify(secrets.reason)).not.toContain('.so');
  expect(JSON.stringify(logged)).toContain('libsecret-1.so.0');
  for (const why of ['other', 'mac', 'windows'] as const)
    expect(sentenceOf(en, because('no_keychain', { why })), why).toMatch(/keychain.*start Transom again\. The sign-in/);
});

test('a keychain keeps what it was given; without one, memory says why', async ({ skip }) => {
  const secrets = openSecrets('transom-test', () => undefined);
  await secrets.get('device-token');
  if (secrets.place === 'memory') {
    expect(sentenceOf(en, secrets.reason!)).toMatch(/keychain .*connect again/i);
    skip(`no keychain here: ${sentenceOf(en, secrets.reason!)}`);
  }
  await secrets.set('device-token', 'abc');
  expect(await secrets.get('device-token')).toBe('abc');
  await secrets.delete('device-token');
  expect(await secrets.get('device-token')).toBeNull();
});
