import { type Change, type Cursor, type FeedPage, minuteMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { eraseContact } from '../accounts/erase-contact.ts';
import { takeOut } from '../channels/all.ts';
import { buyer, commented, echoed, noon, wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs } from '../testing/replies.ts';
import { readPage } from './read-page.ts';
import { readWritten } from './testing/read-written.ts';

/** A comment whose author is unknown until its private reply shows that it was the buyer. */
async function comments(room: RelayRoom, agency: AgencyInRoom, commentId: string) {
  room.pass(minuteMs);
  await agency.hears(commented({ commentId, contact: null, sentAt: room.clock() }));
  const { id } = (await agency.threads()).find(({ source }) => source.commentId === commentId)!;
  return {
    id,
    async turnsOutToBeTheBuyer() {
      const replies = repliesIn(room, agency);
      await replies.answered(await replies.repliesTo(commentId, 'See your messages'), sentAs(`sent ${commentId}`));
    },
  };
}

async function cursorOf(agency: AgencyInRoom): Promise<Cursor> {
  const [cursor] = await agency.rows<Cursor>(`select epoch, seq from agencies where id = :agency`);
  return cursor!;
}

async function pagesSince(agency: AgencyInRoom, cursor: Cursor): Promise<FeedPage[]> {
  const pages: FeedPage[] = [];
  for (let seq = cursor.seq; pages.at(-1)?.caughtUp !== true; seq = pages.at(-1)!.toSeq!) {
    const { page } = await readPage(agency.agency, { cursor: { ...cursor, seq }, snapshot: null });
    pages.push(readWritten(page, noon));
  }
  return pages;
}
const about = (changes: readonly Change[], id: string) => changes.filter((change) => change.id === id);

it('tells a desk that was away where a conversation went, although its messages come pages later', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const direct = await agency.buyerWrites('How much?');
  const comment = await comments(room, agency, 'c1');
  const cursor = await cursorOf(agency);
  await agency.perform(agency.agent, { kind: 'handoff.claim', conversationId: comment.id });
  for (let n = 0; n < 260; n += 1) {
    room.pass(secondMs);
    await agency.hears(wrote({ sentAt: room.clock(), contact: { senderId: `${n}`, name: null, username: null } }));
  }
  await comment.turnsOutToBeTheBuyer();

  const pages = await pagesSince(agency, cursor);
  expect(pages.length).toBeGreaterThan(1);
  const gone = { entity: 'conversation', id: comment.id, document: null, mergedInto: direct };
  expect(about(pages[0]!.changes, comment.id)).toEqual([{ ...gone, seq: cursor.seq + 1 }]);
  const all = pages.flatMap(({ changes }) => changes);
  expect(about(all, comment.id).length).toBeGreaterThan(1);
  for (const change of about(all, comment.id)) expect(change).toMatchObject(gone);
  for (const change of all) expect('mergedInto' in change).toBe(change.id === comment.id);
});

it('names the last survivor if an earlier one was merged too', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const first = await comments(room, agency, 'c1');
  const second = await comments(room, agency, 'c2');
  const cursor = await cursorOf(agency);
  await agency.hears(echoed({ sentAt: room.clock() }));
  const echo = (await agency.threads()).find(({ source }) => source.kind === 'dm')!;
  for (const comment of [first, second]) await comment.turnsOutToBeTheBuyer();
  const all = (await pagesSince(agency, cursor)).flatMap(({ changes }) => changes);
  for (const { id } of [echo, first]) {
    expect(about(all, id).length).toBeGreaterThan(0);
    for (const change of about(all, id)) expect(change).toMatchObject({ document: null, mergedInto: second.id });
  }
});

it('says nothing but ids about an erased person, and does not call an erasure a merge', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const direct = await agency.buyerWrites('secret');
  const cursor = await cursorOf(agency);
  const comment = await comments(room, agency, 'c1');
  await comment.turnsOutToBeTheBuyer();
  const { contact } = await agency.conversation();
  await eraseContact({ store: room.store, takeOut }, agency.id, contact.id, 'operator', room.clock());
  const all = (await pagesSince(agency, cursor)).flatMap(({ changes }) => changes);
  for (const change of about(all, comment.id))
    expect(Object.keys(change)).toEqual(['seq', 'entity', 'id', 'document', 'mergedInto']);
  for (const change of about(all, direct)) expect(change).not.toHaveProperty('mergedInto');
  expect(about(all, direct).at(-1)).toMatchObject({ document: { erasedAt: room.clock() } });
  const rows = await agency.rows(`select id, merged_into from merged_conversations where agency_id = :agency`);
  expect(rows).toEqual([{ id: comment.id, merged_into: direct }]);
  expect(JSON.stringify(all)).not.toContain(buyer);
});
