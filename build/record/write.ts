import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change, FeedPage } from '@transom/shared';
import { openIdentities } from '../../apps/desktop/core/identities/identities.ts';
import { root } from '../root.ts';
import { dumpDatabase } from './dump.ts';
import type { Call, Eavesdropper } from './eavesdrop.ts';
import type { Entry } from './packets.ts';
import { placesOf } from './places.ts';
import type { Stage } from './stage.ts';

/** Writes the files of one version. Lists have one entry per line, so that they can be read and compared. */
export async function writeRecording(
  version: number,
  { stage, line, deskDir }: { stage: Stage; line: Eavesdropper; deskDir: string },
): Promise<void> {
  const places = placesOf(version);
  for (const folder of [places.documents, places.http, places.relay, places.desk])
    mkdirSync(join(root, folder), { recursive: true });

  put(places.conversation, listOf(line.entries));
  const documents = documentsIn(line.entries);
  for (const entity of ['account', 'agency', 'conversation', 'message'] as const)
    put(join(places.documents, `${entity}.json`), listOf(documents.get(entity) ?? []));
  for (const [name, calls] of callsByPlace(line.calls)) put(join(places.http, `${name}.json`), listOf(calls));
  put(places.relayDatabase, dumpDatabase(stage.databasePath));
  put(places.masterKey, readFileSync(stage.masterKeyPath, 'utf8'));
  const files = openIdentities(deskDir).folder();
  put(places.deskCache, dumpDatabase(join(files, 'cache.db')));
  put(places.deskLocal, dumpDatabase(join(files, 'local.db')));
}

function put(path: string, text: string): void {
  writeFileSync(join(root, path), text);
}

function listOf(items: readonly unknown[]): string {
  return `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]\n`;
}

/** Every document that was sent, once each; the last one with an id is the newest. */
function documentsIn(entries: readonly Entry[]): Map<Change['entity'], unknown[]> {
  const seen = new Set<string>();
  const found = new Map<Change['entity'], unknown[]>();
  for (const entry of entries) {
    if (entry.kind !== 'event' || entry.event !== 'page') continue;
    for (const { entity, document } of (entry.args[0] as FeedPage).changes) {
      const text = JSON.stringify(document);
      if (document === null || seen.has(text)) continue;
      seen.add(text);
      found.set(entity, [...(found.get(entity) ?? []), document]);
    }
  }
  return found;
}

function callsByPlace(calls: readonly Call[]): Map<string, Call[]> {
  const found = new Map<string, Call[]>();
  for (const call of calls) {
    const [, first = '', second = ''] = call.path.split('?')[0]?.split('/') ?? [];
    const name = (first === 'api' ? second : first).replace(/\.json$/, '');
    found.set(name, [...(found.get(name) ?? []), call]);
  }
  return found;
}
