import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { channelsThatCannotReceive } from './channels/all.ts';
import { readSettings } from './settings.ts';

function settingsOf(env: Record<string, string>) {
  const read = readSettings(env);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.settings;
}
function problemsOf(env: Record<string, string>) {
  const read = readSettings(env);
  return read.ok ? [] : read.problems;
}

describe('settings', () => {
  test('an empty environment is enough to start', () => {
    expect(settingsOf({})).toMatchObject({
      host: '127.0.0.1',
      port: 8787,
      publicUrl: null,
      databaseUrl: `sqlite:${resolve('data/transom.db')}`,
      masterKeyFile: resolve('secrets/master.key'),
      channels: {
        instagram: { apiUrl: 'https://graph.instagram.com' },
        facebook: { apiUrl: 'https://graph.facebook.com' },
      },
      logLevel: 'info',
    });
  });

  test('the master key is outside the data directory by default', () => {
    const { masterKeyFile } = settingsOf({});
    expect(masterKeyFile.startsWith(resolve('data'))).toBe(false);
  });

  test('every variable is read', () => {
    const settings = settingsOf({
      HOST: '::1',
      PORT: '0',
      PUBLIC_URL: 'https://relay.example.com/',
      DATABASE_URL: 'sqlite:/var/lib/transom/transom.db',
      TRANSOM_MASTER_KEY_FILE: '/etc/transom/master.key',
      TRUSTED_PROXIES: 'loopback, 10.1.0.0/16, 2001:db8::7',
      METRICS_LISTEN: '[::1]:9787',
      INSTAGRAM_APP_ID: '1',
      INSTAGRAM_APP_SECRET: 'new, old',
      INSTAGRAM_WEBHOOK_TOKEN: 'it',
      FACEBOOK_APP_ID: '2',
      FACEBOOK_APP_SECRET: 'fs',
      FACEBOOK_WEBHOOK_TOKEN: 'ft',
      META_FACEBOOK_GRAPH_URL: 'http://127.0.0.1:9000',
      META_INSTAGRAM_GRAPH_URL: 'http://localhost:9001/',
      TRANSOM_LOG: 'warn',
    });
    const { trustedProxies, ...rest } = settings;
    expect(['127.0.0.9', '10.1.255.1', '10.2.0.1'].map((address) => trustedProxies.check(address, 'ipv4'))).toEqual([
      true,
      true,
      false,
    ]);
    expect(['::1', '2001:db8::7', '2001:db8::8'].map((address) => trustedProxies.check(address, 'ipv6'))).toEqual([
      true,
      true,
      false,
    ]);
    expect(rest).toEqual({
      host: '::1',
      port: 0,
      publicUrl: 'https://relay.example.com',
      metricsListen: { host: '::1', port: 9787 },
      databaseUrl: 'sqlite:/var/lib/transom/transom.db',
      masterKeyFile: '/etc/transom/master.key',
      channels: {
        instagram: { appId: '1', appSecrets: ['new', 'old'], webhookToken: 'it', apiUrl: 'http://localhost:9001' },
        facebook: { appId: '2', appSecrets: ['fs'], webhookToken: 'ft', apiUrl: 'http://127.0.0.1:9000' },
      },
      logLevel: 'warn',
    });
  });

  test('PostgreSQL is refused, with the reason and what to do instead', () => {
    expect(problemsOf({ DATABASE_URL: 'postgres://u:secret@db/x' })).toEqual([
      expect.stringMatching(/later one.*sqlite:PATH/),
    ]);
    expect(problemsOf({ DATABASE_URL: 'postgres://u:secret@db/x' }).join()).not.toContain('secret');
  });

  test('all problems are reported at once', () => {
    const problems = problemsOf({ PORT: '70000', DATABASE_URL: 'mysql://x', PUBLIC_URL: 'relay', TRANSOM_LOG: 'loud' });
    expect(problems).toHaveLength(4);
  });

  test.each(['proxy.example.com', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', '::1/129', '1.2.3.4/8/8'])(
    'TRUSTED_PROXIES %j is refused',
    (name) => {
      expect(problemsOf({ TRUSTED_PROXIES: name })).toEqual([expect.stringContaining(name)]);
    },
  );

  test('no proxy is trusted unless it is named', () => {
    expect(settingsOf({}).trustedProxies.rules).toEqual([]);
    expect(problemsOf({ METRICS_LISTEN: 'somewhere' })).toEqual([expect.stringContaining('METRICS_LISTEN')]);
    expect(problemsOf({ PORT: '9787', METRICS_LISTEN: '127.0.0.1:9787' })).toEqual([
      expect.stringContaining('METRICS_LISTEN names the port of the relay itself'),
    ]);
  });

  test.each(['-1', '8.5', '1e3', ' x'])('PORT %j is refused', (port) => {
    expect(problemsOf({ PORT: port })).toHaveLength(1);
  });

  test('tokens never travel over plain http beyond this machine', () => {
    expect(problemsOf({ META_FACEBOOK_GRAPH_URL: 'http://graph.facebook.com' })).toHaveLength(1);
    expect(problemsOf({ PUBLIC_URL: 'http://127.0.0.1.example.com' })).toHaveLength(1);
  });

  test('channels that cannot receive are listed with what is missing', () => {
    expect(channelsThatCannotReceive(settingsOf({}).channels)).toHaveLength(2);
    const half = settingsOf({ INSTAGRAM_APP_SECRET: 's', INSTAGRAM_WEBHOOK_TOKEN: 't', FACEBOOK_APP_SECRET: 's' });
    expect(channelsThatCannotReceive(half.channels)).toEqual([
      'Facebook cannot receive: set FACEBOOK_WEBHOOK_TOKEN and start the relay again.',
    ]);
  });
});
