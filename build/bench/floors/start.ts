import { fileURLToPath } from 'node:url';
import { type Running, start } from '../../stack/process.ts';

export type FloorRelayOptions = { readonly db: string; readonly secret: string; readonly commit: 'turn' | 'request' };

export function startFloorRelay({ db, secret, commit }: FloorRelayOptions): Promise<Running<{ url: string }>> {
  return start({
    name: 'the floor relay',
    script: fileURLToPath(new URL('relay.ts', import.meta.url)),
    args: ['--db', db, '--secret', secret, '--commit', commit],
  });
}
