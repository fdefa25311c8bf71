import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change, FeedPage } from '@transom/shared';
import { root } from '../root.ts';
import type { Call } from './eavesdrop.ts';
import type { Entry } from './packets.ts';
import { placesOf } from './places.ts';

/** A recorded version, as tests read it. */
export type Recording = ReturnType<typeof readRecording>;
export type Json = Readonly<Record<string, unknown>>;
export type Asked = { readonly event: string; readonly args: readonly unknown[]; readonly answer: readonly unknown[] };

export function readRecording(version: number) {
  const places = placesOf(version);
  const entries = readJson<readonly Entry[]>(places.conversation);
  const of = (connection: string) => entries.filter((entry) => entry.connection === connection);
  const pagesOf = (connection: string) =>
    of(connection).flatMap((entry) => (isPage(entry) ? [entry.args[0] as FeedPage] : []));
  return {
    version,
    entries,
    of,
    pagesOf,
    documents: (entity: Change['entity']) => readJson<readonly Json[]>(join(places.documents, `${entity}.json`)),
    calls: (): readonly Call[] =>
      readdirSync(join(root, places.http)).flatMap((name) => readJson<readonly Call[]>(join(places.http, name))),
    connectionOf: (name: string) => entries.filter(({ connection }) => connection.startsWith(`${name} `)),
    /** What was asked on a connection, with the answers. */
    asked: (connection: string): Asked[] =>
      of(connection).flatMap((entry, index, all) => {
        if (entry.kind !== 'event' || entry.from !== 'desk' || entry.ask === undefined) return [];
        const answer = all.slice(index).find((later) => isAnswer(later) && later.ask === entry.ask);
        return answer?.kind === 'answer' ? [{ event: entry.event, args: entry.args, answer: answer.args }] : [];
      }),
    authOf(connection: string): { token: string; cursor: { epoch: string; seq: number } | null } {
      const entry = of(connection).find(({ kind }) => kind === 'connect');
      if (entry?.kind !== 'connect') throw new Error(`There is no connection ${connection}.`);
      return entry.auth as { token: string; cursor: { epoch: string; seq: number } | null };
    },
    /** The relay's time when the recording ended. */
    endedAt: Math.max(...entries.flatMap((entry) => (isPage(entry) ? [(entry.args[0] as FeedPage).serverNow] : []))),
  };
}

function isPage(entry: Entry): entry is Extract<Entry, { kind: 'event' }> {
  return entry.kind === 'event' && entry.event === 'page';
}
function isAnswer(entry: Entry): entry is Extract<Entry, { kind: 'answer' }> {
  return entry.kind === 'answer' && entry.from === 'relay';
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
}
