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

test('each conversation stands in its lane at any time, in order, page by page; lanes add up', () => {
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
              .filter((conversation) => laneOf(conversation, now, approved) === lane)
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
    };
    expect(plan, name).toContain(wanted[name as keyof typeof wanted] ?? 'conversations_by_lane');
    expect(plan, name).not.toMatch(/SCAN|TEMP B-TREE/);
  }
  for (const [name, plan] of plansOf(store.db, store.messages.statements)) {
    expect(plan, name).toMatch(/messages_by_conversation|messages_by_client_message|INTEGER PRIMARY KEY/);
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

test('unread until looked at, and again when something new came', () => {
  const store = tempStore();
  store.conversations.put(sampleConversation('c1'), baseAt);
  expect(store.conversations.read('c1')?.unread).toBe(true);
  store.local.markSeen('c1', baseAt);
  expect(store.conversations.read('c1')?.unread).toBe(false);
  store.conversations.put(sampleConversation('c1', { rev: 2, lastMessageAt: baseAt + 1 }), baseAt);
  expect(store.conversations.read('c1')?.unread).toBe(true);
  expect(store.conversations.put(sampleConversation('c1', { rev: 1 }), baseAt)).toBeNull();
});
