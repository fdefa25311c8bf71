import { lanes } from '@transom/shared';
import type { Recording } from '../../build/record/read.ts';
import type { DeskClient } from '../../build/stack/desk-client.ts';
import { type FrozenVersion, frozen } from './frozen.ts';
import { FrozenCache } from './frozen-cache.ts';

/** What Dana's desk held when it was switched off. */
export function heldThen(recording: Recording): FrozenCache {
  return heldAfter(recording, ['dana 1', 'dana 2']);
}

export function heldAfter(recording: Recording, connections: readonly string[]): FrozenCache {
  const cache = new FrozenCache();
  const { page: schema } = frozen[recording.version as FrozenVersion];
  for (const connection of connections)
    for (const page of recording.pagesOf(connection)) cache.apply(schema.parse(page));
  return cache;
}

/** Everything that a desk shows, asked as its window asks: by lanes and threads. */
export async function contentsOf(desk: DeskClient) {
  const lists = await Promise.all(lanes.map((lane) => desk.call('inbox.list', { lane, after: null, limit: 200 })));
  const rows = lists.flatMap((list) => list.rows);
  const threads = await Promise.all(
    rows.map(({ id }) => desk.call('thread.read', { conversationId: id, before: null, limit: 200 })),
  );
  return { rows, messages: threads.flatMap(({ messages }) => messages) };
}

export function byId<Document extends { readonly id?: unknown }>(documents: readonly Document[]): Document[] {
  return documents.toSorted((one, other) => (String(one.id) < String(other.id) ? -1 : 1));
}
