import {
  dueOf,
  humanAgentWindowMs,
  laneOf,
  lanes,
  privateReplyWindowMs,
  standardWindowMs,
  type Account,
  type Conversation,
  type Lane,
} from '@transom/shared';
import type { Row } from '../../../contract/views.ts';
import type { Db, Explainable } from '../open.ts';
import type { TextIndex } from './text-index.ts';

/**
 * Lanes depend on the time of day, lists need an index: so each row holds its lane and its place in it, as they were when
 * last looked at, and `settle(now)` first moves the few rows whose window ended since. It runs before every reading.
 */
const answer = lanes.indexOf('answer');
const missed = lanes.indexOf('missed');

type Held = { number: number; rev: number; document: string; contact_name: string };
type Listed = { document: string; seen_at: number | null };

export type ConversationQueries = ReturnType<typeof conversationQueries>;

export function conversationQueries(db: Db, index: TextIndex) {
  const byId = db.prepare<[string], Held>('SELECT number, rev, document, contact_name FROM conversations WHERE id = ?');
  const upsert = db.prepare(`
    INSERT INTO conversations VALUES (
      NULL, @id, @rev, @accountId, @lane, @lanePosition, @dueAt, @openedAt, @privateReplyUntil, @openUntil, @lastMessageAt,
      @claimedBy, @claimedUntil, @contactName, @document)
    ON CONFLICT (id) DO UPDATE SET
      rev = @rev, account_id = @accountId, lane = @lane, lane_position = @lanePosition, due_at = @dueAt, opened_at = @openedAt,
      private_reply_until = @privateReplyUntil, open_until = @openUntil, last_message_at = @lastMessageAt,
      claimed_by = @claimedBy, claimed_until = @claimedUntil, contact_name = @contactName, document = @document`);
  const remove = db.prepare('DELETE FROM conversations WHERE id = ?');
  const selectRow = 'SELECT document, seen_at FROM conversations LEFT JOIN local.seen ON seen.conversation_id = conversations.id';
  const row = db.prepare<[string], Listed>(`${selectRow} WHERE id = ?`);
  const firstOfLane = db.prepare<[number, number], Listed>(
    `${selectRow} WHERE lane = ? ORDER BY lane_position, id LIMIT ?`,
  );
  const afterInLane = db.prepare<[number, number, string, number], Listed>(
    `${selectRow} WHERE lane = ? AND (lane_position, id) > (?, ?) ORDER BY lane_position, id LIMIT ?`,
  );
  const placeOf = db.prepare<[string], { lane: number; lane_position: number }>('SELECT lane, lane_position FROM conversations WHERE id = ?');
  const countLane = db.prepare<[number], number>('SELECT count(*) FROM conversations WHERE lane = ?').pluck();
  const countClaimed = db
    .prepare<[string, number], number>(
      `SELECT count(*) FROM conversations INDEXED BY conversations_claimed WHERE claimed_by IS NOT NULL AND lane = ${answer} AND claimed_by <> ? AND claimed_until > ?`,
    )
    .pluck();
  const closing = db.prepare<[number, number, number], { document: string; open_until: number }>(
    `SELECT document, open_until FROM conversations
     WHERE lane = ${answer} AND open_until > ? AND open_until <= ? ORDER BY open_until LIMIT ?`,
  );
  const anyEnded = db.prepare<[number]>(`SELECT 1 FROM conversations WHERE lane = ${answer} AND open_until <= ? LIMIT 1`);
  const anyReopened = db.prepare<[number]>(`SELECT 1 FROM conversations WHERE lane = ${missed} AND open_until > ? LIMIT 1`);
  const close = db.prepare(
    `UPDATE conversations SET lane = ${missed}, lane_position = -open_until WHERE lane = ${answer} AND open_until <= ?`,
  );
  const reopen = db.prepare(`UPDATE conversations SET lane = ${answer}, lane_position = due_at WHERE lane = ${missed} AND open_until > ?`);
  const recomputeAccount = db.prepare(
    `UPDATE conversations SET open_until = max(coalesce(opened_at + ?, 0), coalesce(private_reply_until, 0)) WHERE account_id = ?`,
  );
  const placeMissed = db.prepare(`UPDATE conversations SET lane_position = -open_until WHERE account_id = ? AND lane = ${missed}`);

  function settle(now: number): void {
    if (anyEnded.get(now) !== undefined) close.run(now);
    if (anyReopened.get(now) !== undefined) reopen.run(now);
  }

  return {
    /** False when the cache has this revision or a newer one. `now` decides between `answer` and `missed`. */
    put(conversation: Conversation, humanAgentApproved: boolean, now: number): { held: string | null } | null {
      const held = byId.get(conversation.id);
      if (held !== undefined && held.rev >= conversation.rev) return null;
      const columns = columnsOf(conversation, humanAgentApproved, now);
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
    recomputeWindows(account: Pick<Account, 'id' | 'humanAgentApproved'>, now: number): void {
      recomputeAccount.run(directWindowMs(account.humanAgentApproved), account.id);
      placeMissed.run(account.id);
      settle(now);
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
      return { answer: count('answer'), missed: count('missed'), waiting: count('waiting'), done: count('done') };
    },
    /** Conversations that need an answer and are held by somebody else. */
    countHeldByOthers: (personId: string, now: number) => countClaimed.get(personId, now) ?? 0,
    listClosing(from: number, until: number, limit: number) {
      return closing.all(from, until, limit).map(({ document, open_until }) => ({ conversation: parse(document), openUntil: open_until }));
    },
    statements: { firstOfLane, afterInLane, closing, anyEnded, anyReopened, countLane, countClaimed } as Explainable,
  };
}

function columnsOf(conversation: Conversation, humanAgentApproved: boolean, now: number) {
  const { window, contact, handoff } = conversation;
  const privateReplyUntil =
    window.comment === null || window.comment.privateReplyUsedAt !== null ? null : window.comment.at + privateReplyWindowMs;
  const directUntil = window.openedAt === null ? 0 : window.openedAt + directWindowMs(humanAgentApproved);
  const openUntil = Math.max(directUntil, privateReplyUntil ?? 0);
  const lane = laneOf(conversation, now, humanAgentApproved);
  const dueAt = dueOf(conversation)?.at ?? 0;
  const lanePosition = { answer: dueAt, missed: -openUntil, waiting: -conversation.lastMessageAt, done: -conversation.lastMessageAt }[lane];
  return {
    id: conversation.id,
    rev: conversation.rev,
    accountId: conversation.accountId,
    lane: lanes.indexOf(lane),
    lanePosition,
    dueAt,
    openedAt: window.openedAt,
    privateReplyUntil,
    openUntil,
    lastMessageAt: conversation.lastMessageAt,
    claimedBy: handoff?.state === 'claimed' ? (handoff.claimedBy?.id ?? null) : null,
    claimedUntil: handoff?.claimedUntil ?? null,
    contactName: [contact.name, contact.username].filter((name) => name !== null).join(' '),
  };
}

function directWindowMs(humanAgentApproved: boolean): number {
  return humanAgentApproved ? humanAgentWindowMs : standardWindowMs;
}

function rowOf({ document, seen_at }: Listed): Row {
  const conversation = parse(document);
  const unread = conversation.lastMessage?.direction === 'inbound' && (seen_at ?? 0) < conversation.lastMessageAt;
  return { ...conversation, unread };
}

function parse(document: string): Conversation {
  return JSON.parse(document) as Conversation;
}
