import { because } from '@transom/shared';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyEvent } from '../inbox/apply-event.ts';
import { closeHandoff } from '../inbox/claims.ts';
import { findOwnSend } from '../inbox/own-sends.ts';
import { findCommentRight, readCommentFacts, recountElsewhere } from '../inbox/private-reply-rights.ts';
import { reopenConversation } from '../inbox/reopen-conversation.ts';
import { queueReply } from '../inbox/replies.ts';
import { withdrawReply } from '../inbox/withdraw-reply.ts';
import type { AgencyStore } from '../store/port.ts';
import { commentChanged, commented, delivered, echoed, edited, noon, reacted, read, wrote } from '../testing/events.ts';
import { plansOf, wholeTableSteps } from '../testing/plans.ts';
import { type AgencyInRoom, openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';
import { startAttempts } from './attempts.ts';
import { failMessage } from './failures.ts';
import { markSent } from './mark-sent.ts';
import { adoptOrphans, dueLooks } from './reconcile.ts';
import { markRepliesConnected, markRepliesWaiting, waitReason } from './told-to-wait.ts';
import { clampWaits, shiftWaits } from './waits.ts';

/** An agency with a thread of many messages, many comments of others, and replies that wait. */
let room: RelayRoom;
let agency: AgencyInRoom;
let conversationId: string;

beforeAll(async () => {
  room = await openRelayRoom();
  agency = await room.addAgency();
  conversationId = await agency.buyerWrites('Hi');
  await agency.hears(commented({ commentId: 'c1', sentAt: noon + 1 }));
  await agency.agency.write(async (tx) => {
    const copies = (from: string, count: number, columns: string) =>
      tx.run(
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
         insert into messages (agency_id, id, conversation_id, account_id, direction, kind, text, native_message_id, sent_at, received_at,
           state, origin, metadata, author_id, next_attempt_at, queue_number)
         select agency_id, '${from}' || i, ${columns} from n join (
           select * from messages where agency_id = :agency and kind = 'text' limit 1)`,
        {},
      );
    await copies(
      'sent',
      5_000,
      `conversation_id, account_id, 'outbound', 'text', text, 'n' || i, sent_at + i, sent_at, 'read', 'elsewhere', '{}', null, null, null`,
    );
    await copies(
      'comment',
      20_000,
      `'other' || i, account_id, 'inbound', 'comment', text, 'nc' || i, sent_at + i, sent_at, 'received', 'contact', '{}', null, null, null`,
    );
    await copies(
      'waiting',
      50,
      `conversation_id, account_id, 'outbound', 'text', text, null, sent_at + i, sent_at, 'queued', 'desk', '{}', '${agency.agent.person.id}', sent_at, i`,
    );
  });
});
afterAll(() => room[Symbol.asyncDispose]());

/** A store in which every transaction is the watched one. */
const watched = (tx: Parameters<Parameters<typeof plansOf>[2]>[0]): AgencyStore => ({
  agencyId: tx.agencyId,
  read: (work) => work(tx),
  write: (work) => work(tx),
});

it.each<[string, Parameters<typeof plansOf>[2]]>([
  ['starts what is due', (tx) => startAttempts(watched(tx), noon, 16)],
  ['looks for orphans', (tx) => adoptOrphans(watched(tx), noon, () => true)],
  ['looks up what is in doubt', (tx) => dueLooks(tx, noon)],
  [
    'moves waits',
    async (tx) => {
      await shiftWaits(watched(tx), 0, noon);
      await clampWaits(watched(tx), noon);
    },
  ],
  ['settles a send', (_tx, work) => markSent(work, 'waiting1', 'new id')],
  [
    'queues a reply',
    (_tx, work) =>
      queueReply(work, agency.agent, { kind: 'reply.send', conversationId, text: 'x', seenMessageId: 'none' }, 'x'),
  ],
  [
    'takes one back',
    (_tx, work) => withdrawReply(work, agency.owner, { kind: 'reply.withdraw', messageId: 'waiting9' }),
  ],
  [
    'reopens a conversation',
    async (_tx, work) => {
      await closeHandoff(work, agency.agent, { kind: 'handoff.resolve', conversationId });
      await reopenConversation(work, agency.agent, { kind: 'handoff.reopen', conversationId });
    },
  ],
  ['tells replies why they wait', (_tx, work) => markRepliesWaiting(work, agency.account.id, 'throttled')],
  ['tells them that they wait no longer', (_tx, work) => markRepliesConnected(work, agency.account.id)],
  ['counts again what a comment allows elsewhere', (_tx, work) => recountElsewhere(work, 'none', 'c1')],
  ['asks why they wait', (tx) => waitReason(tx, agency.account.id, -1)],
  ['knows its own by words', (tx) => findOwnSend(tx, agency.account, echoed())],
  ['knows its own by reference', (tx) => findOwnSend(tx, agency.account, echoed({ clientReference: 'waiting1' }))],
  ['finds a comment by either id', (tx) => findCommentRight(tx, 'none')],
  ['reads what comments allow', (tx) => readCommentFacts(tx, conversationId)],
  [
    'brings in what happens',
    async (_tx, work) => {
      for (const event of [
        wrote(),
        echoed(),
        commented({ commentId: 'c9' }),
        commentChanged({ commentId: 'c9', change: 'hidden' }),
        commentChanged({ commentId: 'c9', change: 'shown', at: noon + 1 }),
        commentChanged({ commentId: 'c9', change: 'removed' }),
        edited('early', 'x'),
        reacted('early', 'x'),
        read({ nativeMessageId: 'early' }),
        read({ at: noon }),
      ])
        await applyEvent(work, agency.account, event);
    },
  ],
])('scans no whole table when it %s', async (_what, action) => {
  const plans = await plansOf(room, agency, action);
  expect(plans.length).toBeGreaterThan(0);
  expect(wholeTableSteps(plans)).toEqual([]);
});

it('reads no whole thread to move receipts forward, or to see what comments allow', async () => {
  const receipts = await plansOf(room, agency, (_tx, work) => applyEvent(work, agency.account, delivered(noon + 7)));
  expect(receipts).toContainEqual(expect.stringMatching(/^SEARCH messages .*messages_unread/));
  const comments = await plansOf(room, agency, (tx) => readCommentFacts(tx, conversationId));
  expect(comments).toContainEqual(expect.stringMatching(/^SEARCH m .*messages_thread_comments/));
});

it('reads no whole thread to find what waits in it', async () => {
  const plans = await plansOf(room, agency, (tx) => startAttempts(watched(tx), noon, 16));
  expect(plans.filter((step) => step.startsWith('SEARCH e '))).toEqual([expect.stringContaining('messages_waiting')]);
  expect(plans).toContainEqual(expect.stringMatching(/^SEARCH m .*messages_due/));
});

it('reads only what is not settled when a thread is closed and reopened, however much was answered or closed in it', async () => {
  const plans = await plansOf(room, agency, async (_tx, work) => {
    await closeHandoff(work, agency.agent, { kind: 'handoff.resolve', conversationId });
    await failMessage(work, 'waiting3', because('invalid'));
    await closeHandoff(work, agency.agent, { kind: 'handoff.resolve', conversationId });
    await reopenConversation(work, agency.agent, { kind: 'handoff.reopen', conversationId });
  });
  const steps = plans.filter((step) => step.startsWith('SEARCH messages ') && !step.endsWith('(agency_id=? AND id=?)'));
  expect(new Set(steps.map((step) => / INDEX (.*)/.exec(step)?.[1]))).toEqual(
    new Set([
      'messages_closed (agency_id=? AND conversation_id=?)',
      'messages_lost (agency_id=? AND conversation_id=?)',
      'messages_unsettled (agency_id=? AND conversation_id=? AND sent_at>?)',
    ]),
  );
});
