import { type Conversation, type Lane, lanes, placeAt } from '@transom/shared';
import type { Row, SearchHit } from '../../../contract/views.ts';
import type { Db, Explainable } from '../open.ts';
import type { TextIndex } from './text-index.ts';

/**
 * Lanes depend on the time of day, lists need an index: so each row holds its place, and between which moments it is true.
 * `settle(now)` first moves the few rows whose time has come, or came back. It runs before every reading.
 */
const closing = lanes.indexOf('closing');
const answer = lanes.indexOf('answer');

type Held = { number: number; rev: number; document: string; contact_name: string };
type Listed = { document: string; seen_at: number | null };

export function conversationQueries(db: Db, index: TextIndex, isHumanAgentApproved: (accountId: string) => boolean) {
  const byId = db.prepare<[string], Held>('SELECT number, rev, document, contact_name FROM conversations WHERE id = ?');
  const upsert = db.prepare(`
    INSERT INTO conversations VALUES (
      NULL, @id, @rev, @accountId, @lane, @lanePosition, @placedFrom, @placedUntil, @lastMessageAt,
      @claimedBy, @claimedUntil, @contactName, @document, @contact)
    ON CONFLICT (id) DO UPDATE SET
      rev = @rev, lane = @lane, lane_position = @lanePosition,
      placed_from = @placedFrom, placed_until = @placedUntil, last_message_at = @lastMessageAt,
      claimed_by = @claimedBy, claimed_until = @claimedUntil, contact_name = @contactName, contact = @contact, document = @document`);
  const remove = db.prepare('DELETE FROM conversations WHERE id = ?');
  const selectRow =
    'SELECT document, seen_at FROM conversations LEFT JOIN local.seen ON seen.conversation_id = conversations.id';
  // The plus keeps SQLite from planning the join anew at every run, which costs more than running it.
  const row = db.prepare<[string], Listed>(`${selectRow} WHERE id = +?`);
  const firstOfLane = db.prepare<[number, number], Listed>(
    `${selectRow} WHERE lane = +? ORDER BY lane_position, id LIMIT +?`,
  );
  const afterInLane = db.prepare<[number, number, string, number], Listed>(
    `${selectRow} WHERE lane = +? AND (lane_position, id) > (+?, +?) ORDER BY lane_position, id LIMIT +?`,
  );
  const placeOf = db.prepare<[string], { lane: number; lane_position: number }>(
    'SELECT lane, lane_position FROM conversations WHERE id = ?',
  );
  const countLane = db.prepare<[number], number>('SELECT count(*) FROM conversations WHERE lane = ?').pluck();
  const countClaimed = db
    .prepare<[string, number], number>(
      `SELECT count(*) FROM conversations INDEXED BY conversations_claimed
       WHERE claimed_by IS NOT NULL AND lane IN (${closing}, ${answer}) AND claimed_by <> ? AND claimed_until > ?`,
    )
    .pluck();
  const closingBetween = db.prepare<[number, number, number], { document: string; lane_position: number }>(
    `SELECT document, lane_position FROM conversations
     WHERE lane = ${closing} AND lane_position > ? AND lane_position <= ? ORDER BY lane_position LIMIT ?`,
  );
  const overdue = db.prepare<[number], string>('SELECT document FROM conversations WHERE placed_until <= ?').pluck();
  const premature = db.prepare<[number], string>('SELECT document FROM conversations WHERE placed_from > ?').pluck();
  const ofAccount = db.prepare<[string], string>('SELECT document FROM conversations WHERE account_id = ?').pluck();
  const move = db.prepare(
    `UPDATE conversations SET lane = @lane, lane_position = @lanePosition, placed_from = @placedFrom, placed_until = @placedUntil
     WHERE id = @id`,
  );

  /** Where time stood when places were last looked at. Only after it went back may one be too early. */
  let settledAt = 0;
  function settle(now: number): void {
    for (const stale of overdue.all(now)) place(stale, now);
    if (now < settledAt) for (const stale of premature.all(now)) place(stale, now);
    settledAt = now;
  }

  function place(document: string, now: number): void {
    const conversation = parse(document);
    move.run({ id: conversation.id, ...placeColumns(conversation, isHumanAgentApproved(conversation.accountId), now) });
  }

  return {
    /** Null when the cache has this revision or a newer one. */
    put(conversation: Conversation, now: number): { held: string | null } | null {
      const held = byId.get(conversation.id);
      if (held !== undefined && held.rev >= conversation.rev) return null;
      settledAt = Math.max(settledAt, now);
      const columns = columnsOf(conversation, isHumanAgentApproved(conversation.accountId), now);
      const { lastInsertRowid } = upsert.run({ ...columns, document: JSON.stringify(conversation) });
      if (held?.contact_name !== columns.contactName) {
        index.note(held?.number ?? Number(lastInsertRowid));
      }
      return { held: held?.document ?? null };
    },
    /** False when there was none. */
    remove(id: string): boolean {
      const held = byId.get(id);
      if (held === undefined) return false;
      index.note(held.number);
      remove.run(id);
      return true;
    },
    /** For an account whose windows end at another time now. */
    placeAgain(accountId: string, now: number): void {
      for (const document of ofAccount.all(accountId)) place(document, now);
    },
    settle,
    read(id: string): Row | null {
      const found = row.get(id);
      return found === undefined ? null : rowOf(found);
    },
    /** One lane in its order. When `after` has left the lane meanwhile, the lane is read from its start. */
    listLane(lane: Lane, after: string | null, limit: number, now: number): { rows: Row[]; hasMore: boolean } {
      settle(now);
      const number = lanes.indexOf(lane);
      const place = after === null ? undefined : placeOf.get(after);
      const found =
        after !== null && place?.lane === number
          ? afterInLane.all(number, place.lane_position, after, limit + 1)
          : firstOfLane.all(number, limit + 1);
      return { rows: found.slice(0, limit).map(rowOf), hasMore: found.length > limit };
    },
    countLanes(now: number): Record<Lane, number> {
      settle(now);
      const count = (lane: Lane) => countLane.get(lanes.indexOf(lane)) ?? 0;
      return {
        closing: count('closing'),
        answer: count('answer'),
        missed: count('missed'),
        waiting: count('waiting'),
        done: count('done'),
      };
    },
    /** Conversations that need an answer and are held by somebody else. */
    countHeldByOthers: (personId: string, now: number) => countClaimed.get(personId, now) ?? 0,
    /** Windows that end within (from, until], the next one first. */
    listClosing(from: number, until: number, limit: number) {
      const found = closingBetween.all(from, until, limit);
      return found.map((row) => ({ conversation: parse(row.document), openUntil: row.lane_position }));
    },
    statements: {
      firstOfLane,
      afterInLane,
      closingBetween,
      overdue,
      ofAccount,
      countLane,
      countClaimed,
    } as Explainable,
  };
}

function columnsOf(conversation: Conversation, humanAgentApproved: boolean, now: number) {
  const { contact, channel, handoff } = conversation;
  const { id, name, username } = contact;
  return {
    id: conversation.id,
    rev: conversation.rev,
    accountId: conversation.accountId,
    ...placeColumns(conversation, humanAgentApproved, now),
    lastMessageAt: conversation.lastMessageAt,
    claimedBy: handoff?.state === 'claimed' ? (handoff.claimedBy?.id ?? null) : null,
    claimedUntil: handoff?.claimedUntil ?? null,
    contactName: [name, username].filter((part) => part !== null).join(' '),
    contact: JSON.stringify({ id, name, username, channel } satisfies NonNullable<SearchHit['contact']>),
  };
}

function placeColumns(conversation: Conversation, humanAgentApproved: boolean, now: number) {
  const { lane, position, from, until } = placeAt(conversation, now, humanAgentApproved);
  return { lane: lanes.indexOf(lane), lanePosition: position, placedFrom: from, placedUntil: until };
}

function rowOf({ document, seen_at }: Listed): Row {
  const conversation = parse(document);
  const unread = conversation.lastMessage?.direction === 'inbound' && (seen_at ?? 0) < conversation.lastMessageAt;
  return { ...conversation, unread };
}

function parse(document: string): Conversation {
  return JSON.parse(document) as Conversation;
}
