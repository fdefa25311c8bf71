import { type ChannelPolicy, dayMs, type Handoff, hourMs, minuteMs, noWindow, policyOf } from '@transom/shared';
import { describe, expect, it } from 'vitest';
import type { DraftTab, Row } from '../../contract/views.ts';
import {
  type ComposerFacts,
  type ComposerState,
  canSend,
  canType,
  composerModes,
  composerState,
} from './composer-state.ts';
import { testNow as now, testAccount, testPerson, testRow } from './test-rows.ts';

const facts = (change: Partial<ComposerFacts> = {}): ComposerFacts => ({
  row: testRow('c'),
  account: testAccount,
  person: testPerson,
  plan: 'plus',
  isLinked: true,
  relay: 'live',
  now,
  atLeast: null,
  ...change,
});
const opened = (agoMs: number) => testRow('c', { window: { ...noWindow, openedAt: now - agoMs, openedBy: 'm' } });
const commented = (usedAt: number | null, agoMs = dayMs) =>
  testRow('c', { window: { ...noWindow, comment: { messageId: 'm', at: now - agoMs, privateReplyUsedAt: usedAt } } });
const onItsWay = () => {
  const { window } = commented(now);
  return testRow('c', { window: { ...window, comment: { ...window.comment!, isReplyOnItsWay: true } } });
};
const claimedBy = (id: string, untilMs: number): Handoff => ({
  id: 'h',
  reason: 'social_dm_follow_up_needed',
  state: 'claimed',
  openedAt: now,
  claimedBy: { id, name: 'Sam' },
  claimedUntil: now + untilMs,
});

const table: readonly [string, DraftTab, Partial<ComposerFacts>, ComposerState['kind'], boolean, boolean][] = [
  // what, tab, facts, state, may type, may send
  ['an open window', 'reply', {}, 'open', true, true],
  ['the last minute of 24 hours', 'reply', { row: opened(dayMs - minuteMs) }, 'open', true, true],
  ['the moment at which 24 hours are over', 'reply', { row: opened(dayMs) }, 'closed', false, false],
  [
    'past 24 hours with Human Agent',
    'reply',
    { row: opened(30 * hourMs), account: { ...testAccount, humanAgentApproved: true } },
    'human_agent',
    true,
    true,
  ],
  [
    'past 7 days with Human Agent',
    'reply',
    { row: opened(7 * dayMs), account: { ...testAccount, humanAgentApproved: true } },
    'closed',
    false,
    false,
  ],
  ['a comment with its private reply free', 'private_reply', { row: commented(null) }, 'private_reply', true, true],
  [
    'a comment whose private reply was used',
    'private_reply',
    { row: commented(now - hourMs) },
    'private_reply_used',
    false,
    false,
  ],
  [
    'a comment whose private reply only waits',
    'private_reply',
    { row: onItsWay() },
    'private_reply_on_its_way',
    false,
    false,
  ],
  ['a comment older than 7 days', 'private_reply', { row: commented(null, 8 * dayMs) }, 'closed', false, false],
  ['a direct reply to somebody who only commented', 'reply', { row: commented(null) }, 'not_started', false, false],
  [
    'a colleague’s claim',
    'reply',
    { row: testRow('c', { handoff: claimedBy('sam', minuteMs) }) },
    'claimed',
    true,
    false,
  ],
  [
    'a colleague’s claim that ran out',
    'reply',
    { row: testRow('c', { handoff: claimedBy('sam', -1) }) },
    'open',
    true,
    true,
  ],
  ['my own claim', 'reply', { row: testRow('c', { handoff: claimedBy('mara', minuteMs) }) }, 'open', true, true],
  ['no connection', 'reply', { relay: 'offline' }, 'offline', true, true],
  ['a relay that answers slowly', 'reply', { relay: 'delayed' }, 'open', true, true],
  ['no connection and a closed window', 'reply', { relay: 'offline', row: opened(2 * dayMs) }, 'closed', false, false],
  ['a relay whose time is unknown', 'reply', { now: null }, 'unknown_time', true, true],
  ['no connection and no time', 'reply', { now: null, relay: 'connecting' }, 'offline', true, true],
  [
    'an account that must be connected again',
    'reply',
    { account: { ...testAccount, state: 'reauth_required' } },
    'reauth',
    true,
    true,
  ],
  [
    'a disconnected account',
    'reply',
    { account: { ...testAccount, state: 'disconnected' } },
    'disconnected',
    false,
    false,
  ],
  [
    'a person who cannot be reached',
    'reply',
    { row: testRow('c', { unreachable: true }) },
    'unreachable',
    false,
    false,
  ],
  ['a person who was erased', 'reply', { row: testRow('c', { erasedAt: now - hourMs }) }, 'erased', false, false],
  ['a note about a person who was erased', 'note', { row: testRow('c', { erasedAt: now }) }, 'erased', false, false],
  [
    'a window that had closed by the last known time',
    'reply',
    { row: opened(2 * dayMs), now: null, atLeast: now, relay: 'offline' },
    'closed',
    false,
    false,
  ],
  [
    'one that may have closed since',
    'reply',
    { row: opened(hourMs), now: null, atLeast: now, relay: 'offline' },
    'offline',
    true,
    true,
  ],
  ['a window that has lost its core', 'reply', { isLinked: false }, 'unlinked', true, false],
  ['a note in a window that has lost its core', 'note', { isLinked: false }, 'unlinked', true, false],
  ['a viewer', 'reply', { person: { ...testPerson, role: 'viewer' } }, 'viewer', false, false],
  ['a viewer who wants to write a note', 'note', { person: { ...testPerson, role: 'viewer' } }, 'viewer', false, false],
  ['Instagram on the starter plan', 'reply', { plan: 'starter' }, 'plan', false, false],
  ['a note on the starter plan', 'note', { plan: 'starter' }, 'note', true, true],
  ['a note where the window is closed', 'note', { row: opened(9 * dayMs) }, 'note', true, true],
  ['a note without a connection', 'note', { relay: 'offline' }, 'note', true, true],
];

describe('composer', () => {
  it.each(table)('%s', (_what, mode, change, kind, mayType, maySend) => {
    const state = composerState(mode, facts(change));
    expect({ kind: state.kind, mayType: canType(state), maySend: canSend(state) }).toEqual({ kind, mayType, maySend });
  });

  it('says how urgent an open window is and when it ends', () => {
    expect(composerState('reply', facts({ row: opened(23.5 * hourMs) }))).toEqual({
      kind: 'open',
      urgency: 'urgent',
      expiresAt: now + hourMs / 2,
    });
  });

  it('names who has the claim and until when', () => {
    expect(composerState('reply', facts({ row: testRow('c', { handoff: claimedBy('sam', minuteMs) }) }))).toEqual({
      kind: 'claimed',
      by: 'Sam',
      until: now + minuteMs,
      mayTakeOver: false,
    });
  });

  it('lets an owner take over while the relay can be reached', () => {
    const claimed = { row: testRow('c', { handoff: claimedBy('sam', minuteMs) }) };
    const owner = { ...testPerson, role: 'owner' } as const;
    expect(composerState('reply', facts({ ...claimed, person: owner }))).toMatchObject({ mayTakeOver: true });
    expect(composerState('reply', facts({ ...claimed, person: owner, relay: 'offline' }))).toMatchObject({
      mayTakeOver: false,
    });
  });

  it('offers a private reply only where there is a comment, and first where no direct reply is possible', () => {
    expect(composerModes(opened(1))).toEqual(['reply', 'note']);
    expect(composerModes(commented(null))).toEqual(['private_reply', 'note']);
    expect(
      composerModes(
        testRow('c', {
          window: { openedAt: now, openedBy: 'm', byAd: false, comment: commented(null).window.comment },
        }),
      ),
    ).toEqual(['reply', 'private_reply', 'note']);
  });
});

it('follows the policy of the account, even on a channel newer than this desk', () => {
  const policy: ChannelPolicy = {
    ...policyOf({ channel: 'instagram' }),
    windows: { standard: { lastsMs: 2 * dayMs }, ad: { lastsMs: 3 * dayMs }, human_agent: null, private_reply: null },
    replyPlans: ['plus'],
  };
  for (const channel of ['instagram', 'pigeon']) {
    const account = { ...testAccount, channel, humanAgentApproved: true, policy };
    const state = (row: Row, mode: DraftTab = 'reply', plan: ComposerFacts['plan'] = 'plus') =>
      composerState(mode, facts({ row: { ...row, channel }, account, plan }));
    expect(state(opened(47 * hourMs))).toEqual({ kind: 'open', urgency: 'urgent', expiresAt: now + hourMs });
    expect(state(opened(2 * dayMs))).toEqual({ kind: 'closed', endedAt: now });
    expect(state(commented(null), 'private_reply').kind).toBe('not_started');
    expect(state(opened(hourMs), 'reply', 'pro').kind).toBe('plan');
  }
});
