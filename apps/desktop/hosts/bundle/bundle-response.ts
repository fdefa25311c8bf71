import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { contentSecurityPolicy } from './content-security-policy.ts';

/** The kinds of files that a renderer build contains. Anything else is not served, so nothing is ever sniffed. */
const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
};

export type BundleResponse = { status: number; headers: Record<string, string>; body: Uint8Array<ArrayBuffer> | null };

/**
 * The absolute path of the file that a URL's path names, or null when it would leave the bundle folder, is hidden (a
 * leading dot) or is of a kind that no bundle contains. Pure: the file need not exist.
 */
export function bundlePath(bundleDir: string, urlPath: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (!decoded.startsWith('/') || /[\0\\:]/.test(decoded)) return null;
  if (decoded.split('/').some((part) => part.startsWith('.'))) return null;
  const root = resolve(bundleDir);
  const path = join(root, decoded === '/' ? 'index.html' : decoded);
  if (!path.startsWith(root + sep)) return null;
  return Object.hasOwn(mimeTypes, extname(path)) ? path : null;
}

/** Answers a GET or HEAD for one file of the bundle; the caller has already checked who asks. Never throws. */
export async function bundleResponse(
  bundleDir: string,
  request: { method: string; urlPath: string },
  connectSrc: string,
): Promise<BundleResponse> {
  const headers = {
    'content-security-policy': contentSecurityPolicy(connectSrc),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-cache',
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, headers: { ...headers, allow: 'GET, HEAD' }, body: null };
  }
  const path = bundlePath(bundleDir, request.urlPath);
  if (path === null) return { status: 404, headers, body: null };
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await readFile(path);
  } catch {
    // Missing, a folder or unreadable: the answer is the same.
    return { status: 404, headers, body: null };
  }
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': mimeTypes[extname(path)] ?? 'application/octet-stream',
      'content-length': String(bytes.byteLength),
    },
    body: request.method === 'HEAD' ? null : bytes,
  };
}
