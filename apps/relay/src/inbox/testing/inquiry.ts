import { because, minuteMs } from '@transom/shared';
import { expect } from 'vitest';
import { inWork } from '../../ledger/agency-work.ts';
import { failMessage } from '../../outbound/failures.ts';
import { commentChanged, commented, wrote } from '../../testing/events.ts';
import { openRelayRoom } from '../../testing/relay-room.ts';
import { repliesIn } from '../../testing/replies.ts';

/** Maya asked at noon. Every step after that takes a minute. */
export async function openInquiry() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const conversationId = await agency.buyerWrites('How much?');
  const replies = repliesIn(room, agency);
  const presses = (kind: 'handoff.resolve' | 'handoff.reopen') => async () => {
    room.pass(minuteMs);
    expect(await agency.perform(agency.agent, { kind, conversationId })).toMatchObject({ ok: true });
  };
  /** Read with SQL, as others may who know only the names. */
  const leadSays = async () =>
    (await agency.rows<{ metadata: string }>(`select metadata from leads where agency_id = :agency`)).map(
      ({ metadata }) => (JSON.parse(metadata) as { source: { handoffState: string | null } }).source.handoffState,
    );
  const handoffIs = async () =>
    (
      await agency.rows<{ state: string | null }>(
        `select (select h.state from handoffs h where h.agency_id = l.agency_id and h.conversation_id = l.conversation_id
         order by h.state = 'resolved', h.id desc limit 1) as state from leads l where l.agency_id = :agency`,
      )
    ).map(({ state }) => state);
  return {
    room,
    agency,
    replies,
    closes: presses('handoff.resolve'),
    reopens: presses('handoff.reopen'),
    /** Returns the time. */
    async writes(text: string, afterMs = minuteMs): Promise<number> {
      room.pass(afterMs);
      await agency.hears(wrote({ sentAt: room.clock(), text }));
      return room.clock();
    },
    async comments(commentId: string): Promise<number> {
      room.pass(minuteMs);
      await agency.hears(commented({ commentId, sentAt: room.clock() }));
      return room.clock();
    },
    async changes(commentId: string, change: 'hidden' | 'shown' | 'removed') {
      room.pass(minuteMs);
      await agency.hears(commentChanged({ commentId, change, at: room.clock() }));
    },
    async queues(text: string): Promise<string> {
      room.pass(minuteMs);
      return replies.queues(text);
    },
    async fails(messageId: string) {
      await inWork(agency.agency, room.clock, (work) => failMessage(work, messageId, because('invalid')));
    },
    async waits() {
      const { state, unansweredSinceAt, handoff } = await agency.conversation();
      expect(handoff === null).toBe(state !== 'needs_answer');
      expect(await leadSays()).toEqual(await handoffIs());
      return [state, unansweredSinceAt];
    },
    [Symbol.asyncDispose]: room[Symbol.asyncDispose],
  };
}
export type Inquiry = Awaited<ReturnType<typeof openInquiry>>;
