import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { readChannelSettings, type SettingsOfChannels } from './channels/all.ts';

/**
 * The relay's settings, read once at the start. Relative paths start at the working directory. Only `main.ts` knows where the environment
 * comes from; everything else gets this value.
 */
export type Settings = {
  readonly host: string;
  readonly port: number;
  /** This relay's public address, without a trailing slash. Null: no sign-in with Meta, no public links. */
  readonly publicUrl: string | null;
  /** Proxies whose forwarding headers are believed. None unless named: anybody can send such a header. */
  readonly trustedProxies: BlockList;
  /** Where metrics are served; null for the port after the relay's own. */
  readonly metricsListen: Listen | null;
  /** `sqlite:` and an absolute path. */
  readonly databaseUrl: string;
  readonly masterKeyFile: string;
  /** Each channel's settings, by its name. */
  readonly channels: SettingsOfChannels;
  readonly logLevel: LogLevel;
};

export type Listen = { readonly host: string; readonly port: number };

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export type Environment = Readonly<Record<string, string | undefined>>;
export type ReadSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: string[] };

/** Reads all settings and names every problem at once, each with what to do. An empty value counts as absent. */
export function readSettings(env: Environment): ReadSettings {
  const problems: string[] = [];
  const read = (name: string): string | null => env[name]?.trim() || null;
  const settings: Settings = {
    host: read('HOST') ?? '127.0.0.1',
    port: readPort(read('PORT'), problems),
    publicUrl: readUrl('PUBLIC_URL', read('PUBLIC_URL'), problems),
    trustedProxies: readProxies(read('TRUSTED_PROXIES'), problems),
    metricsListen: readListen(read('METRICS_LISTEN'), problems),
    databaseUrl: readDatabaseUrl(read('DATABASE_URL'), problems),
    masterKeyFile: resolve(read('TRANSOM_MASTER_KEY_FILE') ?? './secrets/master.key'),
    channels: readChannelSettings({ text: read, url: (name) => readUrl(name, read(name), problems) }),
    logLevel: readLogLevel(read('TRANSOM_LOG'), problems),
  };
  const { host, port, metricsListen } = settings;
  if (metricsListen !== null && port !== 0 && metricsListen.port === port && metricsListen.host === host)
    problems.push(
      `METRICS_LISTEN names the port of the relay itself. Set it to another one, like ${host}:${port === 65_535 ? port - 1 : port + 1}.`,
    );
  return problems.length === 0 ? { ok: true, settings } : { ok: false, problems };
}

function readPort(value: string | null, problems: string[]): number {
  if (value === null) return 8787;
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  problems.push(`PORT is "${value}". Set it to a whole number from 0 to 65535 (0 takes any free port).`);
  return 0;
}

/** Addresses and networks (10.0.0.0/8), separated by commas; `loopback` is this machine. */
function readProxies(value: string | null, problems: string[]): BlockList {
  const proxies = new BlockList();
  const named = (value ?? '').split(',').flatMap((name) => (name.trim() === 'loopback' ? loopback : [name.trim()]));
  for (const name of named.filter((each) => each !== '')) {
    const [address = '', bits, ...rest] = name.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const isNetwork = bits !== undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 'ipv6' ? 128 : 32);
    if (isIP(address) === 0 || rest.length > 0 || (bits !== undefined && !isNetwork)) {
      problems.push(
        `TRUSTED_PROXIES has "${name}". Name addresses or networks, separated by commas, like loopback, 10.0.0.5 or 10.0.0.0/8.`,
      );
    } else if (bits === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(bits), family);
  }
  return proxies;
}
const loopback = ['127.0.0.0/8', '::1'];

function readListen(value: string | null, problems: string[]): Listen | null {
  if (value === null) return null;
  const [, host = '', port = ''] = /^(.*):(\d{1,5})$/.exec(value) ?? [];
  if (port !== '' && Number(port) <= 65_535)
    return { host: host.replace(/^\[|\]$/g, '') || '127.0.0.1', port: Number(port) };
  problems.push('METRICS_LISTEN is not a host and port. Set it to one like 127.0.0.1:9787.');
  return null;
}

function readDatabaseUrl(value: string | null, problems: string[]): string {
  const url = value ?? 'sqlite:./data/transom.db';
  if (/^postgres(ql)?:\/\//.test(url)) {
    problems.push(
      'DATABASE_URL names PostgreSQL. This release keeps its data in SQLite; PostgreSQL comes with a later one. Set DATABASE_URL to sqlite:PATH.',
    );
    return '';
  }
  const path = /^sqlite:(.+)$/.exec(url)?.[1];
  if (path !== undefined) return `sqlite:${resolve(path)}`;
  problems.push('DATABASE_URL has an unknown form. Set it to sqlite:PATH, for example sqlite:./data/transom.db.');
  return '';
}

/** Tokens and messages travel to these addresses, so plain http is allowed only for this machine. */
function readUrl(name: string, value: string | null, problems: string[]): string | null {
  if (value === null) return null;
  const url = URL.parse(value);
  if (
    url === null ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    problems.push(`${name} is not a web address. Set it to one like https://relay.example.com.`);
    return null;
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    problems.push(
      `${name} begins with http://, which anybody on the way can read. Set it to an address with https://.`,
    );
    return null;
  }
  return url.href.replace(/\/+$/, '');
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function readLogLevel(value: string | null, problems: string[]): LogLevel {
  const level = value === null ? 'info' : logLevels.find((known) => known === value);
  if (level !== undefined) return level;
  problems.push(`TRANSOM_LOG is "${value}". Set it to one of ${logLevels.join(', ')}.`);
  return 'info';
}
