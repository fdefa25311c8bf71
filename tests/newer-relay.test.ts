import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecording } from '../build/record/read.ts';
import { root } from '../build/root.ts';
import { connectDesk } from '../build/stack/desk-client.ts';
import { type Running, start } from '../build/stack/process.ts';
import { until } from '../build/stack/until.ts';
import { newerRelay } from './newer-relay/newer-relay.ts';
import { contentsOf } from './older/desk-contents.ts';

/**
 * Today's desk at a relay of a later release: what it does not understand is shown as such, kept, and read once the desk is updated. The
 * update is the same program with a few more words in its sources (`newer-build.ts`), on the same data folder.
 */
const recording = readRecording(2);
const [account] = recording.documents('account');
const conversation = recording.documents('conversation').find(({ accountId }) => accountId === account?.['id']);
const message = recording
  .documents('message')
  .find(({ direction, kind }) => direction === 'inbound' && kind === 'text');
const now = Date.now();

function chat(id: string, about: object) {
  return { ...conversation, id, rev: 1, lastMessageAt: now, unreachable: false, erasedAt: null, ...about };
}
function said(id: string, about: object) {
  return { ...message, id, rev: 1, conversationId: 'strange', sentAt: now, receivedAt: now, ...about };
}
const openWindow = { openedAt: now, openedBy: null, byAd: false, comment: null };
const told = [
  {
    entity: 'account',
    id: 'wire',
    document: { ...account, id: 'wire', rev: 1, channel: 'telegraph', state: 'humming' },
  },
  {
    entity: 'conversation',
    id: 'strange',
    document: chat('strange', {
      ...{ accountId: 'wire', channel: 'telegraph', state: 'resting', window: openWindow },
      source: { kind: 'pigeon', postId: null, commentId: null, adTitle: null },
    }),
  },
  { entity: 'message', id: 'plain', document: said('plain', { text: 'Plain words' }) },
  { entity: 'message', id: 'drawn', document: said('drawn', { kind: 'drawing', text: 'A sketch of the deck' }) },
  { entity: 'message', id: 'rich', document: said('rich', { text: { plain: 'Cedar or pine', bold: [0, 5] } }) },
  { entity: 'message', id: 'shapeless', document: { conversationId: 'strange', sentAt: now + 1, strokes: [[1, 2]] } },
  { entity: 'conversation', id: 'unread', document: chat('unread', { contact: 'Nobody yet' }) },
  { entity: 'chat', id: 'new-thing', document: chat('new-thing', {}) },
  { entity: 'weather', id: 'large', document: { rev: 1, map: 'x'.repeat(1_000_000) } },
];

let dataDir: string;
let relay: Awaited<ReturnType<typeof newerRelay>>;
let host: Running<{ url: string }> | null = null;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'transom-newer-relay-'));
  relay = await newerRelay(told);
});
afterAll(async () => {
  await host?.stop();
  await relay?.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function startDesk(more: { readonly args?: string[]; readonly nodeArgs?: string[] }) {
  host = await start<{ url: string }>({
    name: 'desk',
    script: join(root, 'apps/desktop/hosts/browser/main.ts'),
    args: ['--data', dataDir, '--port', '0', '--json', ...(more.args ?? [])],
    nodeArgs: more.nodeArgs ?? [],
  });
  return connectDesk(host.ready.url);
}

test('what it does not understand is shown as such, and nothing may be sent where the rules are not known', async () => {
  const desk = await startDesk({ args: ['--relay', relay.url, '--pair-code', 'CODE', '--name', 'Dana'] });
  try {
    await until('the desk has the page', async () => relay.served() > 0 || undefined);
    const { agency, accounts } = await desk.call('session.get', {});
    expect({ agency, accounts }).toMatchObject({
      agency: { plan: 'unknown' },
      accounts: [{ id: 'wire', channel: 'telegraph', state: 'unknown' }],
    });
    const { rows, messages } = await contentsOf(desk);
    expect(rows).toMatchObject([
      { id: 'strange', channel: 'telegraph', state: 'unknown', source: { kind: 'unknown' } },
    ]);
    expect((await desk.call('inbox.counts', {})).lanes).toMatchObject({ answer: 1 });
    expect(messages).toMatchObject([
      { id: 'plain', kind: 'text', text: 'Plain words' },
      { id: 'drawn', kind: 'unknown', text: 'A sketch of the deck' },
      { id: 'rich', kind: 'unknown', text: null },
      { id: 'shapeless', kind: 'unknown', text: null },
    ]);
    expect((await desk.call('search.find', { text: 'sketch', limit: 5 })).hits).toMatchObject([{ messageId: 'drawn' }]);
    const sent = await desk.call('reply.send', { conversationId: 'strange', clientMessageId: 'id-1', text: 'Hello.' });
    expect(sent).toMatchObject({ ok: false, refusal: { code: 'client_too_old' } });
    expect(sent).toMatchObject({ refusal: { reason: 'client_too_old.channel' } });
  } finally {
    desk.close();
    await host?.stop();
  }
});

test('after the update everything is read, without the relay', async () => {
  await relay.close();
  const newer = pathToFileURL(join(root, 'tests/newer-relay/newer-build.ts')).href;
  const desk = await startDesk({ nodeArgs: ['--import', newer] });
  try {
    const { rows, messages } = await contentsOf(desk);
    expect(new Map(rows.map(({ id, channel, state, contact }) => [id, [channel, state, contact.name]]))).toEqual(
      new Map<string, unknown>([
        [
          'strange',
          ['telegraph', 'resting', conversation?.['contact'] && Reflect.get(conversation['contact'], 'name')],
        ],
        ['unread', [conversation?.['channel'], conversation?.['state'], 'Nobody yet']],
        ['new-thing', [conversation?.['channel'], conversation?.['state'], rows.at(-1)?.contact.name]],
      ]),
    );
    expect(messages.find(({ id }) => id === 'drawn')).toMatchObject({ kind: 'drawing', text: 'A sketch of the deck' });
    expect(messages.find(({ id }) => id === 'rich')).toMatchObject({ kind: 'text', text: 'Cedar or pine' });
    expect((await desk.call('search.find', { text: 'cedar', limit: 5 })).hits).toMatchObject([{ messageId: 'rich' }]);
    // No build can read this yet, so it is still kept.
    expect(messages.find(({ id }) => id === 'shapeless')).toMatchObject({ kind: 'unknown' });
    expect((await desk.call('search.find', { text: 'Nobody', limit: 5 })).hits).toMatchObject([
      { conversationId: 'unread' },
    ]);
  } finally {
    desk.close();
    await host?.stop();
  }
});
