import { protocol, session } from 'electron';
import { bundleResponse } from '../bundle/bundle-response.ts';
import { identity } from './identity.ts';

/** Must run before the app is ready. `standard` gives the bundle an origin of its own, `secure` makes it a trusted one. */
export function declareBundleScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: identity.bundleScheme, privileges: { standard: true, secure: true } },
  ]);
}

/** Answers the window's request for one file of the bundle. All data comes over the port, so the page may connect nowhere. */
export async function answerBundleRequest(bundleDir: string, request: Request): Promise<Response> {
  const url = URL.parse(request.url);
  const isOurs =
    url !== null &&
    url.protocol === `${identity.bundleScheme}:` &&
    url.host === identity.bundleHost &&
    url.username === '';
  const urlPath = isOurs ? url.pathname : '';
  const { status, headers, body } = await bundleResponse(bundleDir, { method: request.method, urlPath }, "'none'");
  return new Response(body, { status, headers });
}

export function installBundleProtocol(deps: { bundleDir: string }): () => void {
  const { protocol } = session.defaultSession;
  protocol.handle(identity.bundleScheme, (request) => answerBundleRequest(deps.bundleDir, request));
  return () => protocol.unhandle(identity.bundleScheme);
}
