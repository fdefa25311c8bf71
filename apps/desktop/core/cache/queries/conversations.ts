import { crc32 } from 'node:zlib';
import {
  type AccountRules,
  type Conversation,
  conversationSchema,
  hasUnknownWord,
  type Lane,
  minuteMs,
  placeAt,
  rulesFor,
  snoozeEndsAt,
} from '@transom/shared';
import type { Row, SearchHit } from '../../../contract/views.ts';
import type { Db, Explainable } from '../open.ts';
import { asStored, readStored, type Stored, toStore } from '../stored-document.ts';
import type { Contents } from './contents.ts';
import type { PendingSnooze } from './outbox.ts';
import { placesIn } from './place-in-time.ts';
import type { TextIndex } from './text-index.ts';

/**
 * Lanes depend on the time, and lists need an index: so each row stores its place and the period in which that place is right.
 * `settle(now)` moves the few rows whose period has ended, or has not begun because the clock went back. It runs before lanes and
 * handoffs are listed or counted.
 */
const storedLanes: readonly Lane[] = ['closing', 'answer', 'missed', 'waiting', 'done', 'unreachable', 'later'];
/** The number of a lane in the cache, which stays the same when a lane is added. */
const numberOf = (lane: Lane): number => storedLanes.indexOf(lane);
const closing = numberOf('closing');
const answer = numberOf('answer');

/** Places that are a little early do no harm, and looking for them reads every row. */
const stepBackMs = minuteMs;

type Held = Stored & { number: number; rev: number; last_message_at: number; contact_name: string; written: number };
type Listed = Stored & { seen_at: number | null };
type Place = { lane: number; lane_position: number };

export function conversationQueries(
  db: Db,
  index: TextIndex,
  contents: Contents,
  rulesOfAccount: (accountId: string) => AccountRules | null,
  /** What a person here asked for, as long as the relay has not answered. */
  pendingSnooze: (conversationId: string) => PendingSnooze | undefined,
) {
  const rulesOf = (conversation: Conversation) => rulesFor(conversation, rulesOfAccount(conversation.accountId));
  const byId = db.prepare<[string], Held>(
    'SELECT number, rev, document, sum, last_message_at, contact_name, written FROM conversations WHERE id = ?',
  );
  const places = placesIn(db, 'conversations', 'written');
  const upsert = db.prepare(`
    INSERT INTO conversations (
      id, rev, account_id, lane, lane_position, placed_from, placed_until, last_message_at,
      claimed_by, claimed_until, handoff, contact_name, document, contact, written, sum, has_unknown)
    VALUES (@id, @rev, @accountId, @lane, @lanePosition, @placedFrom, @placedUntil, @lastMessageAt,
      @claimedBy, @claimedUntil, @handoff, @contactName, @document, @contact, @written, @sum, @hasUnknown)
    ON CONFLICT (id) DO UPDATE SET
      rev = @rev, lane = @lane, lane_position = @lanePosition,
      placed_from = @placedFrom, placed_until = @placedUntil, last_message_at = @lastMessageAt,
      account_id = @accountId, claimed_by = @claimedBy, claimed_until = @claimedUntil, handoff = @handoff,
      contact_name = @contactName,
      contact = @contact, document = @document, written = @written, sum = @sum,
      has_unknown = @hasUnknown`);
  const remove = db.prepare('DELETE FROM conversations WHERE id = ?');
  const selectFrom = (source: string, place = '') =>
    `SELECT ${place}document, sum, seen_at FROM ${source} LEFT JOIN local.seen ON seen.conversation_id = conversations.id`;
  const selectRow = selectFrom('conversations');
  // The plus keeps SQLite from planning the join again for every run, which costs more than running it.
  const row = db.prepare<[string], Listed>(`${selectRow} WHERE id = +?`);
  const firstOfLane = db.prepare<[number, number], Listed>(
    `${selectRow} WHERE lane = +? ORDER BY lane_position, id LIMIT +?`,
  );
  const afterInLane = db.prepare<[number, number, string, number], Listed>(
    `${selectRow} WHERE lane = +? AND (lane_position, id) > (+?, +?) ORDER BY lane_position, id LIMIT +?`,
  );
  const placeOf = db.prepare<[string], Place>('SELECT lane, lane_position FROM conversations WHERE id = ?');
  const countLane = db.prepare<[number], number>('SELECT count(*) FROM conversations WHERE lane = ?').pluck();
  const countClaimed = db
    .prepare<[string, number], number>(
      `SELECT count(*) FROM conversations INDEXED BY conversations_claimed
       WHERE claimed_by IS NOT NULL AND lane IN (${closing}, ${answer}) AND claimed_by <> ? AND claimed_until > ?`,
    )
    .pluck();
  /** Work that a person must take now, because nobody else has it. The lanes say who can be answered. */
  const isFree = '(claimed_by IS NULL OR claimed_by = ? OR claimed_until IS NULL OR claimed_until <= ?)';
  const selectHandoff = selectFrom('conversations INDEXED BY conversations_handoffs', 'id, lane, lane_position, ');
  type Handoff = Listed & Place & { id: string };
  const firstHandoffs = db.prepare<[string, number, number, number], Handoff>(
    `${selectHandoff} WHERE handoff = 1 AND ${isFree} AND lane = +? ORDER BY lane_position, id LIMIT +?`,
  );
  const handoffsAfter = db.prepare<[string, number, number, number, string, number], Handoff>(
    `${selectHandoff} WHERE handoff = 1 AND ${isFree} AND lane = +? AND (lane_position, id) > (+?, +?)
     ORDER BY lane_position, id LIMIT +?`,
  );
  const countFree = db
    .prepare<[string, number], number>(
      `SELECT count(*) FROM conversations INDEXED BY conversations_handoffs
       WHERE handoff = 1 AND ${isFree} AND lane IN (${closing}, ${answer})`,
    )
    .pluck();
  const closingUnwarned = db.prepare<[number, number, number], Stored & { lane_position: number }>(
    `SELECT document, sum, lane_position FROM conversations
     WHERE lane = ${closing} AND lane_position > ? AND lane_position <= ? AND NOT EXISTS (
       SELECT 1 FROM local.warned WHERE conversation_id = conversations.id AND open_until = lane_position)
     ORDER BY lane_position LIMIT ?`,
  );
  const overdue = db.prepare<[number], Stored>('SELECT document, sum FROM conversations WHERE placed_until <= ?');
  const premature = db.prepare<[number], Stored>('SELECT document, sum FROM conversations WHERE placed_from > ?');
  const ofAccount = db.prepare<[string], Stored>('SELECT document, sum FROM conversations WHERE account_id = ?');
  const withUnknown = db.prepare<[], Stored>('SELECT document, sum FROM conversations WHERE has_unknown = 1');
  const move = db.prepare(
    `UPDATE conversations SET lane = @lane, lane_position = @lanePosition, placed_from = @placedFrom, placed_until = @placedUntil
     WHERE id = @id`,
  );

  /** Where each handoff was when last listed: the next page continues from there, even if it has since moved to the other lane. */
  const listedPlaces = new Map<string, Place>();
  /** The time when places were last settled. A place can only be too early after time went back (the relay's clock was corrected). */
  let settledAt = 0;
  function settle(now: number): void {
    for (const stale of overdue.all(now)) place(stale, now);
    if (now < settledAt - stepBackMs) {
      for (const stale of premature.all(now)) place(stale, now);
      settledAt = now;
    }
    settledAt = Math.max(settledAt, now);
  }

  /** What the relay says, and what a person here has done since. */
  const parse = (stored: Stored): Conversation => asDone(readStored(conversationSchema, stored));

  function asDone(conversation: Conversation): Conversation {
    const pending = pendingSnooze(conversation.id);
    if (pending === undefined || wroteSince(conversation, pending)) return conversation;
    const { until } = pending;
    const snoozedUntil = until === null ? null : snoozeEndsAt(conversation, until, settledAt, rulesOf(conversation));
    return { ...conversation, snoozedUntil };
  }

  function rowOf({ seen_at, ...stored }: Listed): Row {
    const conversation = parse(stored);
    const { lastMessage, lastMessageAt, lastReaction } = conversation;
    const saidAt = lastMessage?.direction === 'inbound' ? lastMessageAt : 0;
    // A thumbs-up on our last message is an answer too; on an earlier one, it is not news.
    const reactedAt = (lastReaction?.at ?? 0) > lastMessageAt ? (lastReaction?.at ?? 0) : 0;
    return { ...conversation, unread: (seen_at ?? 0) < Math.max(saidAt, reactedAt) };
  }

  function place(stored: Stored, now: number): void {
    const conversation = parse(stored);
    move.run({ id: conversation.id, ...placeColumns(conversation, rulesOf(conversation), now) });
  }

  function file(conversation: Conversation, now: number, stored: ReturnType<typeof toStore>, held: Held | undefined) {
    settledAt = Math.max(settledAt, now);
    const columns = columnsOf(asDone(conversation), rulesOf(conversation), now);
    const isMoved = held?.last_message_at !== conversation.lastMessageAt;
    const written = isMoved ? places.free(conversation.lastMessageAt) : held.written;
    const { lastInsertRowid } = upsert.run({
      ...columns,
      ...stored,
      written,
      hasUnknown: Number(hasUnknownWord(conversation)),
    });
    const number = held?.number ?? Number(lastInsertRowid);
    contents.note('conversations', number, held === undefined ? null : (held.sum ?? 0), stored.sum);
    if (held !== undefined && (isMoved || held.contact_name !== columns.contactName))
      index.note(held.written, held.contact_name);
    if (isMoved) index.note(written, null);
  }

  return {
    /** Stored as it came. Null when the cache has this revision or a newer one. */
    put(conversation: Conversation, now: number, asItCame: unknown = conversation): { held: Stored | null } | null {
      const held = byId.get(conversation.id);
      if (held !== undefined && held.rev >= conversation.rev) return null;
      file(conversation, now, toStore(asItCame, conversation), held);
      return { held: held ?? null };
    },
    revision: (id: string): number | null => byId.get(id)?.rev ?? null,
    /** Files those again that had unknown words when they were filed. */
    fileUnknownAgain(now: number): void {
      for (const stored of withUnknown.all()) {
        const conversation = parse(stored);
        file(conversation, now, { document: stored.document, sum: crc32(stored.document) }, byId.get(conversation.id));
      }
    },
    /** False when there was none. */
    remove(id: string): boolean {
      const held = byId.get(id);
      if (held === undefined) return false;
      index.note(held.written, held.contact_name);
      remove.run(id);
      contents.note('conversations', held.number, held.sum ?? 0, null);
      return true;
    },
    /** For an account whose windows now end at another time. */
    placeAgain(accountId: string, now: number): void {
      for (const stored of ofAccount.all(accountId)) place(stored, now);
    },
    /** A person here has done something with it that changes its place. */
    placeOne(id: string, now: number): void {
      settledAt = Math.max(settledAt, now);
      const held = byId.get(id);
      if (held !== undefined) place(held, now);
    },
    settle,
    read(id: string): Row | null {
      const found = row.get(id);
      return found === undefined ? null : rowOf(found);
    },
    /** One lane in its order. When `after` has left the lane meanwhile, the lane is read from its start. */
    listLane(lane: Lane, after: string | null, limit: number, now: number): { rows: Row[]; hasMore: boolean } {
      settle(now);
      const number = numberOf(lane);
      const place = after === null ? undefined : placeOf.get(after);
      const found =
        after !== null && place?.lane === number
          ? afterInLane.all(number, place.lane_position, after, limit + 1)
          : firstOfLane.all(number, limit + 1);
      return { rows: found.slice(0, limit).map(rowOf), hasMore: found.length > limit };
    },
    countLanes(now: number): Record<Lane, number> {
      settle(now);
      const count = (lane: Lane) => countLane.get(numberOf(lane)) ?? 0;
      return {
        closing: count('closing'),
        answer: count('answer'),
        missed: count('missed'),
        later: count('later'),
        waiting: count('waiting'),
        unreachable: count('unreachable'),
        done: count('done'),
      };
    },
    /** Handoffs that nobody else holds, of people who can still be answered, in inbox order: the first to close on top. */
    listHandoffs(
      personId: string,
      after: string | null,
      limit: number,
      now: number,
    ): { rows: Row[]; hasMore: boolean } {
      settle(now);
      if (after === null) listedPlaces.clear();
      const place = after === null ? undefined : (listedPlaces.get(after) ?? placeOf.get(after));
      const found: Handoff[] = [];
      for (const lane of place?.lane === answer ? [answer] : [closing, answer]) {
        const wanted = limit + 1 - found.length;
        const rows =
          after !== null && place?.lane === lane
            ? handoffsAfter.all(personId, now, lane, place.lane_position, after, wanted)
            : firstHandoffs.all(personId, now, lane, wanted);
        found.push(...rows);
      }
      const rows = found.slice(0, limit).map(({ id, lane, lane_position, ...listed }) => {
        listedPlaces.set(id, { lane, lane_position });
        return rowOf(listed);
      });
      return { rows, hasMore: found.length > limit };
    },
    countHandoffs(personId: string, now: number): number {
      settle(now);
      return countFree.get(personId, now) ?? 0;
    },
    /** Conversations that need an answer and are held by somebody else. */
    countHeldByOthers: (personId: string, now: number) => countClaimed.get(personId, now) ?? 0,
    /** Windows that end within (from, until] and have had no warning yet, the earliest first. */
    listClosing(from: number, until: number, limit: number) {
      const found = closingUnwarned.all(from, until, limit);
      return found.map((row) => ({ conversation: parse(row), openUntil: row.lane_position }));
    },
    /** Whether the columns match the document, so that lists and searches show it as it is. */
    isFiledRight(row: FiledRow, now: number): boolean {
      const conversation = parse(row);
      const right = columnsOf(conversation, rulesOf(conversation), now);
      // A place that another version of Transom or a wrong clock chose is not damage: the row is moved.
      const isEarly = row.placed_from > now;
      const isElsewhere = row.lane !== right.lane || row.lane_position !== right.lanePosition;
      if (isEarly || (isElsewhere && now < row.placed_until)) place(row, now);
      return (
        row.id === asStored(right.id) &&
        row.rev === right.rev &&
        row.account_id === asStored(right.accountId) &&
        row.last_message_at === right.lastMessageAt &&
        row.claimed_by === asStored(right.claimedBy) &&
        row.claimed_until === right.claimedUntil &&
        row.handoff === right.handoff &&
        row.contact_name === right.contactName &&
        (row.sum === null || row.contact === right.contact)
      );
    },
    statements: {
      firstOfLane,
      afterInLane,
      closingUnwarned,
      overdue,
      ofAccount,
      countLane,
      countClaimed,
      firstHandoffs,
      handoffsAfter,
      countFree,
    } as Explainable,
  };
}

/** The relay will refuse it (`wrote_meanwhile`), and until it has answered the buyer must not be hidden. Ids follow the relay's order. */
function wroteSince({ lastMessage }: Conversation, { until, seenMessageId }: PendingSnooze): boolean {
  if (until === null || seenMessageId === null || lastMessage === null) return false;
  return lastMessage.direction === 'inbound' && lastMessage.id > seenMessageId;
}

function columnsOf(conversation: Conversation, account: AccountRules, now: number) {
  const { contact, channel, handoff } = conversation;
  const { id, name, username } = contact;
  return {
    id: conversation.id,
    rev: conversation.rev,
    accountId: conversation.accountId,
    ...placeColumns(conversation, account, now),
    lastMessageAt: conversation.lastMessageAt,
    claimedBy: handoff?.state === 'claimed' ? (handoff.claimedBy?.id ?? null) : null,
    claimedUntil: handoff?.claimedUntil ?? null,
    handoff: Number(handoff !== null && handoff.state !== 'resolved'),
    contactName: asStored([name, username].filter((part) => part !== null).join(' ')),
    contact: JSON.stringify({ id, name, username, channel } satisfies NonNullable<SearchHit['contact']>),
  };
}

function placeColumns(conversation: Conversation, account: AccountRules, now: number) {
  const { lane, position, from, until } = placeAt(conversation, now, account);
  return { lane: numberOf(lane), lanePosition: position, placedFrom: from, placedUntil: until };
}

/** A row with its columns, as the content check reads it. */
export type FiledRow = Stored & {
  readonly id: string;
  readonly rev: number;
  readonly account_id: string;
  readonly lane: number;
  readonly lane_position: number;
  readonly placed_from: number;
  readonly placed_until: number;
  readonly last_message_at: number;
  readonly claimed_by: string | null;
  readonly claimed_until: number | null;
  readonly handoff: number;
  readonly contact_name: string;
  readonly contact: string;
};
