import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '../settings.ts';

type Proxies = Settings['trustedProxies'];

/** For fastify's option `trustProxy`: whether to believe what this hop says about the one before it. */
export function trustedHop({ trustedProxies }: Pick<Settings, 'trustedProxies'>): (address: string) => boolean {
  return (address) => isTrusted(trustedProxies, address);
}

/**
 * The caller, as far as known. Null if it may be anybody: the connection comes from this machine or from a trusted proxy that did not say
 * for whom. The owner of an IPv6 network has 2^64 addresses, so the network counts as one caller.
 */
export function callerAddress(request: FastifyRequest, proxies: Proxies): string | null {
  const address = plain(withoutPort(request.ip));
  if (isIP(address) === 0 || isLoopback(address) || isTrusted(proxies, address)) return null;
  return address.includes(':') ? networkOf(address) : address;
}

/** Headers that proxies add. Any of them means that the request comes from somewhere else. */
const forwarding = ['forwarded', 'via', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip'];

/**
 * Whether the caller is a program on this machine, not behind a proxy, as far as can be told. A proxy that adds no header is assumed if the
 * relay has a public address or trusts proxies, and recognized by speaking HTTP/1.0 as nginx does.
 */
export function isFromHere(request: FastifyRequest, { publicUrl, trustedProxies }: Settings): boolean {
  const { remoteAddress } = request.socket;
  if (remoteAddress === undefined || !isLoopback(plain(remoteAddress))) return false;
  if (publicUrl !== null || trustedProxies.rules.length > 0 || request.raw.httpVersion === '1.0') return false;
  return !Object.keys(request.headers).some((name) => forwarding.includes(name) || name.startsWith('x-forwarded'));
}

function isTrusted(proxies: Proxies, address: string): boolean {
  const bare = plain(address);
  return proxies.check(bare, bare.includes(':') ? 'ipv6' : 'ipv4');
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^127(\.\d+){3}$/.test(address);
}

/** Some proxies (Azure's) add the caller's port, which differs from call to call. */
function withoutPort(address: string): string {
  return /^([\d.]+|\[[\da-f:.]+\]):\d+$/i.exec(address)?.[1]?.replace(/^\[|\]$/g, '') ?? address;
}

/** Unwraps an IPv4 address that is written as IPv6. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** The first 64 bits. */
function networkOf(address: string): string {
  const [left = '', right] = address.split('%')[0]?.split('::') ?? [];
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const gap = right === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...Array.from({ length: gap }, () => '0'), ...tail].slice(0, 4).join(':');
}
