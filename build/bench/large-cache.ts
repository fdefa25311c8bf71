import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Change, Conversation, Message } from '@transom/shared';
import { openDatabase } from '../../apps/desktop/core/cache/open.ts';
import { createStore, type Store } from '../../apps/desktop/core/cache/store.ts';
import { type Identity, openIdentities } from '../../apps/desktop/core/identities/identities.ts';
import { applyPage } from '../../apps/desktop/core/sync/apply-page.ts';
import { root } from '../root.ts';
import { type Chance, chanceOf } from './random.ts';
import { buyerText } from './texts.ts';

/**
 * A desk's data folder as full as one may get, filled by the core's own code for feed pages. Making a million messages
 * takes minutes, so it is kept under node_modules/.cache as long as neither the texts nor the tables change.
 */
export type CacheSize = { readonly conversations: number; readonly messagesEach: number };

const places = join(root, 'node_modules/.cache/transom-bench');
const shapedBy = [
  'apps/desktop/core/cache/**/*.ts',
  'apps/desktop/core/identities/*.ts',
  'apps/desktop/core/sync/apply-page.ts',
  'build/bench/{large-cache,random,texts}.ts',
  'packages/shared/src/documents/conversation.ts',
];
const conversationsPerPage = 40;
/** The relay's time when all of this has just happened. */
const cachedAt = 1_795_200_000_000;

/** The folder; made if it does not exist yet. */
export function largeCache(size: CacheSize, say: (line: string) => void): string {
  const hash = createHash('sha256').update(JSON.stringify(size));
  for (const file of globSync(shapedBy, { cwd: root }).sort())
    if (!file.endsWith('.test.ts')) hash.update(readFileSync(join(root, file)));
  const name = `desk-${size.conversations}x${size.messagesEach}`;
  const folder = join(places, `${name}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  say(
    `bench: making a cache of ${size.conversations} conversations with ${size.messagesEach} messages each; it is kept for next time`,
  );
  for (const old of existsSync(places) ? globSync(`${name}-*`, { cwd: places }) : [])
    rmSync(join(places, old), { recursive: true });
  const unfinished = `${folder}.part`;
  mkdirSync(unfinished, { recursive: true });
  fill(unfinished, size);
  renameSync(unfinished, folder);
  return folder;
}

/** The folder with the person's files inside a data folder. */
export const filesOf = (folder: string): string => openIdentities(folder).folder();

export function openStore(folder: string): Store {
  const opened = openDatabase(filesOf(folder));
  if (opened.kind === 'trouble') throw new Error(opened.trouble.code);
  return createStore(opened.db);
}

function fill(folder: string, { conversations, messagesEach }: CacheSize): void {
  // Nothing listens there: the desk shows what it has while it looks for its relay.
  const identity: Identity = {
    relayUrl: 'http://127.0.0.1:9',
    deviceId: 'device',
    agencyId: 'agency',
    agency: { id: 'agency', name: 'Nordic Saunas', plan: 'plus' },
    person: { id: 'person', name: 'Dana', role: 'agent' },
  };
  openIdentities(folder).change(identity, []);
  const store = openStore(folder);
  store.local.noteDevice(identity);
  const chance = chanceOf(11);
  for (let first = 0; first < conversations; first += conversationsPerPage) {
    const last = Math.min(conversations, first + conversationsPerPage);
    const changes: Change[] = first === 0 ? [account] : [];
    for (let number = first; number < last; number += 1)
      changes.push(...thread(number, messagesEach, conversations, chance));
    const complete = last === conversations;
    applyPage(
      store,
      {
        kind: 'snapshot',
        epoch: 'bench',
        first: first === 0,
        fromSeq: null,
        toSeq: complete ? 1 : null,
        changes,
        caughtUp: complete,
        serverNow: cachedAt,
      },
      true,
    );
  }
  while (store.indexSome());
  store.close();
}

const account: Change = {
  seq: 1,
  entity: 'account',
  id: 'account',
  document: {
    id: 'account',
    rev: 1,
    channel: 'instagram',
    name: 'Nordic Saunas',
    username: 'nordicsaunas',
    state: 'connected',
    humanAgentApproved: false,
    trouble: null,
  },
};

/** A conversation and its messages. Half of them wait for an answer, the others for the buyer; all are hours to months old. */
function thread(number: number, messagesEach: number, of: number, chance: Chance): Change[] {
  const id = `conversation-${String(number).padStart(7, '0')}`;
  const needsAnswer = number % 2 === 0;
  const newestAt = cachedAt - Math.floor((number / of) * (needsAnswer ? 20 * 3_600_000 : 180 * 86_400_000)) - 1_000;
  const messages = Array.from({ length: messagesEach }, (_, index) =>
    message(id, number, index, newestAt - (messagesEach - 1 - index) * 60_000, chance),
  );
  const newest = messages.at(-1);
  const document: Conversation = {
    id,
    rev: 1,
    accountId: 'account',
    channel: 'instagram',
    contact: {
      id: `contact-${number}`,
      name: `${buyerText(chance).slice(0, 12)} ${number}`,
      username: `buyer${number}`,
      profileUrl: null,
    },
    source: { kind: 'dm', postId: null, commentId: null, adTitle: null },
    state: needsAnswer ? 'needs_answer' : 'answered',
    window: { openedAt: newestAt, openedBy: newest?.id ?? null, byAd: false, comment: null },
    lead: { id: `lead-${number}`, topics: ['pricing'], stage: 'talking' },
    handoff: null,
    lastMessage:
      newest === undefined
        ? null
        : {
            id: newest.id,
            direction: newest.direction,
            kind: newest.kind,
            preview: newest.text?.slice(0, 160) ?? '',
            state: newest.state,
          },
    lastMessageAt: newestAt,
    unansweredSinceAt: needsAnswer ? newestAt : null,
    firstAnsweredAt: needsAnswer ? newestAt - 3_600_000 : newestAt,
    unreachable: false,
    erasedAt: null,
  };
  return [
    { seq: 1, entity: 'conversation', id, document },
    ...messages.map((each): Change => ({ seq: 1, entity: 'message', id: each.id, document: each })),
  ];
}

function message(conversationId: string, number: number, index: number, sentAt: number, chance: Chance): Message {
  const id = `message-${String(number).padStart(7, '0')}-${String(index).padStart(4, '0')}`;
  return {
    id,
    rev: 1,
    conversationId,
    direction: 'inbound',
    kind: 'text',
    text: buyerText(chance),
    nativeMessageId: `aWdfZAG1faXRlbToxOk${id}`,
    clientMessageId: null,
    sentAt,
    receivedAt: sentAt,
    state: 'received',
    origin: 'contact',
    author: null,
    attachments: [],
    replyTo: null,
    comment: null,
    failure: null,
    editedAt: null,
    unsentAt: null,
    reaction: null,
    hiddenAt: null,
  };
}
