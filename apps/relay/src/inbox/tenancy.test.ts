import { type CommandKind, type CommandOf, commandKinds, type RefusalCode } from '@transom/shared';
import { expect, it } from 'vitest';
import { inWork, inWorkWithin } from '../ledger/agency-work.ts';
import * as account from '../ledger/documents/account.ts';
import * as conversation from '../ledger/documents/conversation.ts';
import * as message from '../ledger/documents/message.ts';
import * as touched from '../ledger/documents/touched.ts';
import { grant } from '../partners/grants.ts';
import { addPartner } from '../partners/partners.ts';
import type { AgencyTx } from '../store/port.ts';
import { commented, echoed, wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom } from '../testing/relay-room.ts';
import * as contacts from './contacts.ts';
import * as ownSends from './own-sends.ts';
import * as privateReplyRights from './private-reply-rights.ts';
import * as thread from './thread.ts';

const documents = { ...account, ...conversation, ...message, ...touched };
const secret = 'words of agency A';
const tables = [
  'accounts',
  'people',
  'contacts',
  'conversations',
  'messages',
  'leads',
  'handoffs',
  'changes',
  'commands',
  'events',
  'forgotten',
  'early_events',
  'delivery_items',
  'merged_conversations',
  'partner_grants',
];

async function twoAgencies() {
  const room = await openRelayRoom();
  const a = await room.addAgency();
  const b = await room.addAgency({ nativeId: '2' });
  await a.hears(
    wrote({ nativeMessageId: 'm1', text: secret }),
    commented({ commentId: 'c1', text: secret, contact: { senderId: '9', name: secret, username: null } }),
  );
  await a.agency.write((tx) => tx.run(`update accounts set name = '${secret}' where agency_id = :agency`));
  const direct = (await a.threads()).find(({ window }) => window.openedAt !== null)!;
  const message = (await a.messages()).find(({ nativeMessageId }) => nativeMessageId === 'm1')!;
  const threadOfA = (await a.agency.read((tx) => thread.findThreadOfConversation(tx, direct.id)))!;
  const partnerId = await addPartner(room.store, 'Growth Partners', 1);
  const granted = await inWork(a.agency, room.clock, (work) => grant(work, partnerId, a.owner.person.id));
  const grantId = granted?.grantId ?? '';
  return { room, a, b, grantId, direct, message, threadOfA, [Symbol.asyncDispose]: () => room[Symbol.asyncDispose]() };
}
type Two = Awaited<ReturnType<typeof twoAgencies>>;

const contents = async (agency: AgencyInRoom, except: readonly string[] = []) =>
  Object.fromEntries(
    await Promise.all(
      tables
        .filter((name) => !except.includes(name))
        .map(async (name) => [name, await agency.rows(`select * from ${name} where agency_id = :agency`)] as const),
    ),
  );

/** Every exported reader and writer that takes an agency's handle, with ids of agency A. A new one without an entry here fails the test. */
const asked: Record<string, (tx: AgencyTx, two: Two) => Promise<unknown>> = {
  documentOf: async (tx, { direct, message, a }) => [
    await documents.documentOf(tx, { entity: 'conversation', id: direct.id }, 0),
    await documents.documentOf(tx, { entity: 'message', id: message.id }, 0),
    await documents.documentOf(tx, { entity: 'account', id: a.account.id }, 0),
    await documents.documentOf(tx, { entity: 'agency', id: a.id }, 0),
  ],
  readAgency: (tx) => documents.readAgency(tx),
  readAccount: (tx, { a }) => documents.readAccount(tx, a.account.id, 0),
  listAccounts: (tx) => documents.listAccounts(tx, 0),
  readConversation: (tx, { direct }) => documents.readConversation(tx, direct.id, 0),
  readTouchedConversation: (tx, { direct }) => documents.readTouchedConversation(tx, direct.id, 0),
  listConversations: (tx) => documents.listConversations(tx, null, 100, 0),
  readMessage: (tx, { message }) => documents.readMessage(tx, message.id, 0),
  listMessages: (tx, { direct }) => documents.listMessages(tx, direct.id, null, 100, 0),
  pageOfMessages: (tx, { direct }) => documents.pageOfMessages(tx, direct.id, null, 100, 0),
  findThread: (tx, { a }) => thread.findThread(tx, a.account, '1200000000000001'),
  findThreadOfConversation: (tx, { direct }) => thread.findThreadOfConversation(tx, direct.id),
  insertContact: (tx, { a }) =>
    contacts.insertContact(
      tx,
      { id: 'new', accountId: a.account.id, channel: 'instagram', senderId: '7', name: null, username: null },
      1,
    ),
  rememberNames: (tx, { direct }) =>
    contacts.rememberNames(tx, direct.contact.id, { name: 'renamed', username: 'renamed' }),
  recountLastMessage: (tx, { threadOfA }) => thread.recountLastMessage(tx, { ...threadOfA }),
  findOwnSend: (tx, { a, message }) => ownSends.findOwnSend(tx, a.account, echoed({ clientReference: message.id })),
  findUnproved: (tx, { direct }) => ownSends.findUnproved(tx, direct.id, secret, 1),
  saveThread: (tx, { threadOfA }) => thread.saveThread(tx, { ...threadOfA, state: 'done' }),
  openThread: (tx, { a }) =>
    thread.openThread(
      tx,
      a.account,
      { senderId: '1200000000000001', name: null, username: null },
      { source: { kind: 'dm', postId: null, commentId: null, adTitle: null }, at: 1 },
    ),
  findCommentRight: (tx) => privateReplyRights.findCommentRight(tx, 'c1'),
  readCommentFacts: (tx, { a, direct }) =>
    Promise.all([direct.id, a.id].map((id) => privateReplyRights.readCommentFacts(tx, id))),
  recountRights: (tx, { threadOfA }) =>
    inWorkWithin(tx, 1, (work) =>
      privateReplyRights.recountRights(
        work,
        { ...threadOfA, conversationId: 'none' },
        { kind: 'private_reply', replyTo: 'c1' },
      ),
    ),
  recountElsewhere: (tx) => inWorkWithin(tx, 1, (work) => privateReplyRights.recountElsewhere(work, 'none', 'c1')),
};
const pure = [
  ...['noteLastMessage', 'waitAgain', 'factsOf', 'asMessage', 'storedMetadata'],
  ...['ownSendColumns', 'clockToleranceMs', 'echoSpanMs'],
  // Takes the work of an agency, not its handle.
  'noteSent',
];
const exported = Object.keys({ ...documents, ...contacts, ...thread, ...ownSends, ...privateReplyRights }).filter(
  (name) => !pure.includes(name),
);

it.each(exported)('%s, called by agency B with ids of agency A, returns and changes nothing of A', async (name) => {
  await using two = await twoAgencies();
  const ids = JSON.stringify(await contents(two.a, ['changes', 'events', 'commands'])).match(
    /[0-9a-f]{8}-[0-9a-f-]{27}/g,
  )!;
  const before = await contents(two.a);
  const ask = asked[name];
  if (ask === undefined) throw new Error(`${name} has no entry above: say how agency B would misuse it.`);
  const given = await two.b.agency.write((tx) => ask(tx, two));
  const said = JSON.stringify(given ?? null);
  expect(said).not.toContain(secret);
  // `openThread` is given A's account and makes a thread of B's own with it.
  for (const id of ids.filter((known) => known !== two.a.account.id)) expect(said).not.toContain(id);
  expect(await contents(two.a)).toEqual(before);
});

const misuse: { [K in CommandKind]: (two: Two) => CommandOf<K> } = {
  'reply.send': ({ direct }) => ({ kind: 'reply.send', conversationId: direct.id, text: 'x' }),
  'comment.private_reply': () => ({ kind: 'comment.private_reply', commentId: 'c1', text: 'x' }),
  'reply.withdraw': ({ message }) => ({ kind: 'reply.withdraw', messageId: message.id }),
  'note.add': ({ direct }) => ({ kind: 'note.add', conversationId: direct.id, text: 'x' }),
  'handoff.claim': ({ direct }) => ({ kind: 'handoff.claim', conversationId: direct.id }),
  'handoff.release': ({ direct }) => ({ kind: 'handoff.release', conversationId: direct.id }),
  'handoff.resolve': ({ direct }) => ({ kind: 'handoff.resolve', conversationId: direct.id }),
  'handoff.reopen': ({ direct }) => ({ kind: 'handoff.reopen', conversationId: direct.id }),
  'conversation.snooze': ({ direct }) => ({ kind: 'conversation.snooze', conversationId: direct.id, until: null }),
  'account.human_agent': ({ a }) => ({ kind: 'account.human_agent', accountId: a.account.id, approved: true }),
  'message.confirm': ({ message }) => ({ kind: 'message.confirm', messageId: message.id, arrived: true }),
  'partner.end_grant': ({ grantId }) => ({ kind: 'partner.end_grant', grantId }),
};
const refusedAs: ReadonlyMap<CommandKind, RefusalCode> = new Map([
  ['message.confirm', 'not_confirmable'],
  ['reply.withdraw', 'not_withdrawable'],
]);

it.each(commandKinds)('%s by a person of agency B, on things of agency A, does nothing', async (kind) => {
  await using two = await twoAgencies();
  await two.a.agency.write((tx) =>
    tx.run(
      `update messages set direction = 'outbound', origin = 'desk', state = :state where agency_id = :agency and id = :id`,
      { id: two.message.id, state: kind === 'reply.withdraw' ? 'queued' : 'unconfirmed' },
    ),
  );
  const before = await contents(two.a);
  const answer = await two.b.perform(two.b.owner, misuse[kind](two));
  expect(answer).toMatchObject({
    ok: false,
    refusal: { code: refusedAs.get(kind) ?? 'not_found' },
  });
  expect(await contents(two.a)).toEqual(before);
});

it('keeps the commands of two agencies apart, even under the same id', async () => {
  await using two = await twoAgencies();
  const note = { kind: 'note.add', conversationId: two.direct.id, text: 'x' } as const;
  expect(await two.a.perform(two.a.agent, note, 'same')).toMatchObject({ ok: true });
  expect(await two.b.perform(two.b.agent, note, 'same')).toMatchObject({ refusal: { code: 'not_found' } });
  const own = { ...note, conversationId: await two.b.buyerWrites('Hi') };
  expect(await two.b.perform(two.b.agent, own, 'same')).toMatchObject({ ok: true });
  expect(await two.b.perform(two.b.agent, { ...own, text: 'y' }, 'same')).toMatchObject({
    refusal: { code: 'id_reused' },
  });
});
