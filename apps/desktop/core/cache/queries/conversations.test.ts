import { type Conversation, hourMs, laneOf, lanes, noWindow } from '@transom/shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plansOf } from '../../test/plans.ts';
import { baseAt, sampleAccount, sampleConversation } from '../../test/samples.ts';
import { tempStore } from '../../test/temp-folder.ts';

const time = fc.integer({ min: baseAt - 200 * hourMs, max: baseAt });
const conversations = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    state: fc.constantFrom<Conversation['state']>('needs_answer', 'answered', 'done'),
    openedAt: fc.option(time),
    commentAt: fc.option(time),
    used: fc.boolean(),
    lastMessageAt: time,
    firstAnsweredAt: fc.option(time),
  }),
  { selector: ({ id }) => id, maxLength: 30 },
);

test('each conversation is in its lane at any time, in order, page by page; lanes add up', () => {
  const store = tempStore();
  fc.assert(
    fc.property(
      conversations,
      fc.array(fc.integer({ min: -50, max: 200 }), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      (facts, hours, approved) => {
        store.inOneCommit(store.clear);
        const all = facts.map(({ id, openedAt, commentAt, used, ...rest }) =>
          sampleConversation(id, {
            ...rest,
            window: {
              ...noWindow,
              openedAt,
              comment:
                commentAt === null
                  ? null
                  : { messageId: 'm', at: commentAt, privateReplyUsedAt: used ? commentAt + 1 : null },
            },
          }),
        );
        store.accounts.put(sampleAccount('account-1', { rev: 1, humanAgentApproved: !approved }));
        for (const conversation of all) store.conversations.put(conversation, baseAt);
        store.accounts.put(sampleAccount('account-1', { rev: 2, humanAgentApproved: approved }));
        store.conversations.placeAgain('account-1', baseAt);
        for (const hour of hours) {
          const now = baseAt + hour * hourMs;
          for (const lane of lanes) {
            const listed: string[] = [];
            for (let after: string | null = null; ; after = listed.at(-1) ?? null) {
              const page = store.conversations.listLane(lane, after, 4, now);
              listed.push(...page.rows.map(({ id }) => id));
              if (!page.hasMore) break;
            }
            const expected = all
              .filter(
                (conversation) =>
                  laneOf(conversation, now, { channel: 'instagram', humanAgentApproved: approved }) === lane,
              )
              .map(({ id }) => id);
            expect(listed.toSorted()).toEqual(expected.toSorted());
            const positions = listed.map(
              (id) =>
                store.db
                  .prepare<[string], number>('SELECT lane_position FROM conversations WHERE id = ?')
                  .pluck()
                  .get(id)!,
            );
            expect(positions).toEqual(positions.toSorted((one, other) => one - other));
          }
          const counts = store.conversations.countLanes(now);
          expect(lanes.reduce((sum, lane) => sum + counts[lane], 0)).toBe(all.length);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('every list reads its index and never the whole table', () => {
  const store = tempStore();
  for (const [name, plan] of plansOf(store.db, store.conversations.statements)) {
    const wanted = {
      overdue: 'conversations_placed_until',
      ofAccount: 'conversations_by_account',
      countClaimed: 'conversations_claimed',
      countLane: 'conversations_by_',
      firstHandoffs: 'conversations_handoffs',
      handoffsAfter: 'conversations_handoffs',
      countFree: 'COVERING INDEX conversations_handoffs',
    };
    expect(plan, name).toContain(wanted[name as keyof typeof wanted] ?? 'conversations_by_lane');
    expect(plan, name).not.toMatch(/SCAN|TEMP B-TREE/);
  }
  for (const [name, plan] of plansOf(store.db, store.messages.statements)) {
    expect(plan, name).toMatch(
      /messages_by_conversation|messages_by_client_message|messages_waiting|INTEGER PRIMARY KEY/,
    );
    expect(plan, name).not.toMatch(/SCAN|TEMP B-TREE/);
  }
  for (const kind of Object.values(store.search.statements)) {
    for (const [name, plan] of plansOf(store.db, kind)) {
      expect(plan, name).toMatch(/VIRTUAL TABLE INDEX .*SEARCH/s);
      expect(plan.replace(/SCAN \w+ VIRTUAL TABLE/g, '').replace(/SCAN \(subquery-\d+\)/g, ''), name).not.toMatch(
        /SCAN|TEMP B-TREE/,
      );
    }
  }
});

test('handoffs: those that nobody else holds and that can still be answered, first to close on top, page by page', () => {
  const store = tempStore();
  const open = {
    id: 'h',
    reason: 'social_dm_follow_up_needed' as const,
    state: 'open' as const,
    openedAt: baseAt,
    claimedBy: null,
    claimedUntil: null,
  };
  const heldBy = (id: string, until: number) => ({
    ...open,
    state: 'claimed' as const,
    claimedBy: { id, name: id },
    claimedUntil: until,
  });
  const now = baseAt + 30 * hourMs;
  const openedAgo = (hours: number) => ({ ...noWindow, openedAt: now - hours * hourMs, openedBy: 'm' });
  const put = (id: string, about: Partial<Conversation>) =>
    store.conversations.put(sampleConversation(id, { firstAnsweredAt: 1, window: openedAgo(2), ...about }), now);
  put('late', { handoff: open, window: openedAgo(23) });
  put('soon', { handoff: open, window: openedAgo(21) });
  put('free', { handoff: open });
  put('mine', { handoff: heldBy('me', now + 1), window: openedAgo(3) });
  put('lapsed', { handoff: heldBy('kim', now), window: openedAgo(1) });
  put('theirs', { handoff: heldBy('kim', now + 1) });
  put('theirs, closing', { handoff: heldBy('kim', now + 1), window: openedAgo(22) });
  put('none', {});
  put('resolved', { handoff: { ...open, state: 'resolved' } });
  put('answered', { handoff: open, state: 'answered' });
  put('done', { handoff: open, state: 'done' });
  put('missed', { handoff: open, window: openedAgo(25) });
  put('unreachable', { handoff: open, unreachable: true });
  const listed: string[] = [];
  for (let after: string | null = null; ; after = listed.at(-1) ?? null) {
    const page = store.conversations.listHandoffs('me', after, 2, now);
    listed.push(...page.rows.map(({ id }) => id));
    if (!page.hasMore) break;
  }
  expect(listed).toEqual(['late', 'soon', 'mine', 'free', 'lapsed']);
  expect(store.conversations.countHandoffs('me', now)).toBe(5);
  expect(store.conversations.countHandoffs('kim', now)).toBe(6);
  // A row that has left meanwhile does not hide the ones after it.
  expect(store.conversations.listHandoffs('me', 'missed', 9, now).rows.map(({ id }) => id)).toEqual(listed);
});

test('the next page of handoffs continues from where the last row was listed, even if it has since moved to another lane', () => {
  const store = tempStore();
  const now = baseAt + 30 * hourMs;
  const handoff = {
    id: 'h',
    reason: 'social_dm_follow_up_needed' as const,
    state: 'open' as const,
    openedAt: baseAt,
    claimedBy: null,
    claimedUntil: null,
  };
  const put = (id: string, rev: number, openedHoursAgo: number) =>
    store.conversations.put(
      sampleConversation(id, {
        rev,
        handoff,
        firstAnsweredAt: 1,
        window: { ...noWindow, openedAt: now - openedHoursAgo * hourMs, openedBy: 'm' },
      }),
      now,
    );
  for (const [id, hours] of [
    ['a', 23],
    ['b', 22.5],
    ['c', 22],
    ['d', 21],
    ['e', 3],
  ] as const)
    put(id, 1, hours);
  const list = (after: string | null, limit: number) =>
    store.conversations.listHandoffs('me', after, limit, now).rows.map(({ id }) => id);
  expect(list(null, 2)).toEqual(['a', 'b']);
  // They wrote again, so their window is a whole day long.
  put('b', 2, 1);
  expect(list('b', 9)).toEqual(['c', 'd', 'e', 'b']);
  // After a fresh read, it is where it belongs now.
  expect(list(null, 9)).toEqual(['a', 'c', 'd', 'e', 'b']);
  expect(list('b', 9)).toEqual([]);
});

test('somebody who cannot be reached is in a lane of their own, and back when they write', () => {
  const store = tempStore();
  const counts = () => store.conversations.countLanes(baseAt);
  store.conversations.put(sampleConversation('c1', { unreachable: true }), baseAt);
  expect(counts()).toMatchObject({ answer: 0, unreachable: 1 });
  expect(store.conversations.listLane('unreachable', null, 9, baseAt).rows.map(({ id }) => id)).toEqual(['c1']);
  store.conversations.put(sampleConversation('c1', { rev: 2 }), baseAt);
  expect(counts()).toMatchObject({ answer: 1, unreachable: 0 });
});

test('a reaction to our last message is unread until somebody looks; one to an earlier message is not news', () => {
  const store = tempStore();
  const outbound = { ...sampleConversation('c1').lastMessage!, direction: 'outbound' as const };
  const reaction = (at: number) => ({ messageId: 'm1', emoji: '👍', preview: 'Friday 2 PM?', at });
  const put = (rev: number, about: Partial<Conversation>) =>
    store.conversations.put(sampleConversation('c1', { rev, lastMessage: outbound, ...about }), baseAt);
  put(1, {});
  expect(store.conversations.read('c1')?.unread).toBe(false);
  put(2, { lastReaction: reaction(baseAt + 5) });
  expect(store.conversations.read('c1')?.unread).toBe(true);
  store.local.markSeen('c1', baseAt + 5);
  expect(store.conversations.read('c1')?.unread).toBe(false);
  put(3, { lastReaction: reaction(baseAt + 6), lastMessageAt: baseAt + 9 });
  expect(store.conversations.read('c1')?.unread).toBe(false);
});

test('unread until looked at, and again when something new arrives', () => {
  const store = tempStore();
  store.conversations.put(sampleConversation('c1'), baseAt);
  expect(store.conversations.read('c1')?.unread).toBe(true);
  store.local.markSeen('c1', baseAt);
  expect(store.conversations.read('c1')?.unread).toBe(false);
  store.conversations.put(sampleConversation('c1', { rev: 2, lastMessageAt: baseAt + 1 }), baseAt);
  expect(store.conversations.read('c1')?.unread).toBe(true);
  expect(store.conversations.put(sampleConversation('c1', { rev: 1 }), baseAt)).toBeNull();
});
