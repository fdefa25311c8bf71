/**
 * The one policy under which the renderer's bundle runs, in both hosts: nothing but its own files, no inline script or
 * style, no frame, no form. `connectSrc` is `'none'` in Electron, where all data comes over a message port, and the
 * host's own socket in the browser host.
 */
export function contentSecurityPolicy(connectSrc: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connectSrc}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
