import { app } from 'electron';
import { identity } from './identity.ts';

export type DeepLink = { readonly kind: 'open-conversation'; readonly conversationId: string };

/** Ids are UUIDs; the looser form leaves room for other makers of ids, and none for paths, queries or commands. */
const idPattern = /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/;

/**
 * Understands `transom-desk://open/<conversation id>` and nothing else. Anybody can make a link, so it may only name a
 * conversation: no address, no text, no command, and neither query, fragment, user nor port.
 */
export function parseDeepLink(text: string): DeepLink | null {
  const url = URL.parse(text);
  if (url === null || url.protocol !== `${identity.deepLinkScheme}:` || url.host !== 'open') return null;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return null;
  const conversationId = url.pathname.slice(1);
  return idPattern.test(conversationId) ? { kind: 'open-conversation', conversationId } : null;
}

/** Windows and Linux pass a link as one of the arguments. */
export function findDeepLink(argv: readonly string[]): DeepLink | null {
  for (const argument of argv) {
    const link = parseDeepLink(argument);
    if (link !== null) return link;
  }
  return null;
}

/**
 * Registers for our links and listens to macOS, which may send `open-url` before the app is ready: a link that arrives
 * before `open` is called waits.
 */
export function installDeepLinks(): { open(listener: (link: DeepLink) => void): void; dispose(): void } {
  let waiting: DeepLink | null = findDeepLink(process.argv);
  let listener: ((link: DeepLink) => void) | null = null;
  const onOpenUrl = (event: { preventDefault(): void }, url: string): void => {
    event.preventDefault();
    const link = parseDeepLink(url);
    if (link === null) return;
    if (listener === null) waiting = link;
    else listener(link);
  };
  app.setAsDefaultProtocolClient(identity.deepLinkScheme);
  app.on('open-url', onOpenUrl);
  return {
    open(next) {
      listener = next;
      if (waiting !== null) next(waiting);
      waiting = null;
    },
    dispose: () => void app.off('open-url', onOpenUrl),
  };
}
