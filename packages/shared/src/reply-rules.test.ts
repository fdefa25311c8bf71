import { describe, expect, test } from 'vitest';
import type { Account, Conversation, Person } from './documents/index.ts';
import { checkPrivateReply, checkReply, checkText, claimHolder, type ReplyQuestion } from './reply-rules.ts';
import { noWindow } from './response-window.ts';
import { dayMs, hourMs } from './time.ts';

const now = Date.UTC(2026, 10, 20, 9, 0);
const dana: Person = { id: 'dana', name: 'Dana', role: 'agent' };
const account: Account = {
  id: 'a',
  rev: 1,
  channel: 'instagram',
  name: 'Nordic',
  username: null,
  state: 'connected',
  humanAgentApproved: false,
  trouble: null,
};
const conversation: Conversation = {
  ...{
    id: 'c',
    rev: 1,
    accountId: 'a',
    channel: 'instagram',
    state: 'needs_answer',
    lead: null,
    handoff: null,
    lastMessage: null,
  },
  contact: { id: 'p', name: 'Maya', username: null, profileUrl: null },
  source: { kind: 'dm', postId: null, commentId: null, adTitle: null },
  window: { ...noWindow, openedAt: now - hourMs, openedBy: 'm' },
  ...{
    lastMessageAt: now - hourMs,
    unansweredSinceAt: now - hourMs,
    firstAnsweredAt: null,
    unreachable: false,
    erasedAt: null,
  },
};
const question: ReplyQuestion = { conversation, account, person: dana, plan: 'plus', now };
const claimedBy = (id: string, until: number): Conversation => ({
  ...conversation,
  handoff: {
    id: 'h',
    reason: 'social_dm_follow_up_needed',
    state: 'claimed',
    openedAt: now,
    claimedBy: { id, name: 'Sam' },
    claimedUntil: until,
  },
});
const codeOf = (answer: ReturnType<typeof checkReply>) => (answer.ok ? 'ok' : answer.refusal.code);

describe('a reply', () => {
  test.each<[string, Partial<ReplyQuestion>, string]>([
    ['inside the window', {}, 'ok'],
    ['after 24 hours', { now: now + dayMs }, 'window_closed'],
    [
      'to somebody who only commented',
      {
        conversation: {
          ...conversation,
          window: { ...noWindow, comment: { messageId: 'k', at: now, privateReplyUsedAt: null } },
        },
      },
      'not_started_by_contact',
    ],
    ['to somebody who never wrote', { conversation: { ...conversation, window: noWindow } }, 'not_started_by_contact'],
    ['by a viewer', { person: { ...dana, role: 'viewer' } }, 'forbidden'],
    ['on Instagram with the starter plan', { plan: 'starter' }, 'plan_upgrade_required'],
    ['on Facebook with the starter plan', { plan: 'starter', account: { ...account, channel: 'facebook' } }, 'ok'],
    ['on a disconnected account', { account: { ...account, state: 'disconnected' } }, 'account_disconnected'],
    [
      'while the account needs a new token: it waits in the queue',
      { account: { ...account, state: 'reauth_required' } },
      'ok',
    ],
    [
      'to somebody who cannot be reached',
      { conversation: { ...conversation, unreachable: true } },
      'recipient_unavailable',
    ],
    ['while Sam holds the claim', { conversation: claimedBy('sam', now + 1) }, 'claimed_by_other'],
    ['after Sam\u2019s claim ran out', { conversation: claimedBy('sam', now) }, 'ok'],
    ['while holding the claim', { conversation: claimedBy('dana', now + 1) }, 'ok'],
  ])('%s', (_name, change, code) => {
    expect(codeOf(checkReply({ ...question, ...change }))).toBe(code);
  });

  test('is sent under the Human Agent tag only past 24 hours, and only where Meta granted it', () => {
    const granted = { ...question, account: { ...account, humanAgentApproved: true } };
    expect(checkReply(granted)).toEqual({ ok: true, mode: 'standard' });
    expect(checkReply({ ...granted, now: now + dayMs })).toEqual({ ok: true, mode: 'human_agent' });
    expect(codeOf(checkReply({ ...granted, now: now + 7 * dayMs }))).toBe('window_closed');
  });
});

describe('a private reply', () => {
  const comment = { messageId: 'k', at: now, privateReplyUsedAt: null };
  const asked = (some: Partial<typeof comment> | null, at = now) =>
    codeOf(
      checkPrivateReply({
        ...question,
        now: at,
        conversation: {
          ...conversation,
          window: { ...noWindow, comment: some === null ? null : { ...comment, ...some } },
        },
      }),
    );
  test('once, within seven days, to a comment', () => {
    expect(asked({})).toBe('ok');
    expect(asked(null)).toBe('not_started_by_contact');
    expect(asked({ privateReplyUsedAt: now as unknown as null })).toBe('private_reply_used');
    expect(asked({}, now + 7 * dayMs)).toBe('window_closed');
  });
});

test('text is measured as the channel measures it', () => {
  expect(checkText(account, ' \n')?.code).toBe('text_empty');
  expect(checkText(account, 'a'.repeat(1_000))).toBeNull();
  expect(checkText(account, '\u{1F9D6}'.repeat(250))).toBeNull();
  expect(checkText(account, '\u{1F9D6}'.repeat(251))?.code).toBe('text_too_long');
  expect(checkText({ channel: 'facebook' }, '\u00e5'.repeat(2_000))).toBeNull();
  expect(checkText({ channel: 'facebook' }, '\u00e5'.repeat(2_001))).toMatchObject({
    params: { used: 2_001, limit: 2_000, unit: 'characters' },
  });
});

test('an open or resolved handoff has no holder', () => {
  const { handoff } = claimedBy('sam', now + 1);
  expect(claimHolder(handoff, now)).toEqual({ id: 'sam', name: 'Sam' });
  expect(claimHolder({ ...handoff!, state: 'resolved' }, now)).toBeNull();
  expect(claimHolder(null, now)).toBeNull();
});

test('what this build does not know bars an answer, and the refusal says what helps', () => {
  const known: ReplyQuestion = { conversation, account, person: dana, plan: 'plus', now };
  expect(checkReply(known)).toMatchObject({ ok: true });
  const barred: ReplyQuestion[] = [
    { ...known, account: { ...account, channel: 'pigeon' } },
    { ...known, person: { ...dana, role: 'unknown' } },
  ];
  for (const question of barred)
    for (const check of [checkReply, checkPrivateReply])
      expect(check(question)).toMatchObject({
        refusal: {
          code: 'client_too_old',
          reason: expect.stringMatching(/^client_too_old\.(channel|role)$/) as string,
        },
      });
  expect(checkText({ channel: 'pigeon' }, 'Hello')).toMatchObject({ code: 'client_too_old' });
  // An unknown plan or account state is for the relay to judge.
  expect(checkReply({ ...known, plan: 'unknown', account: { ...account, state: 'unknown' } })).toMatchObject({
    ok: true,
  });
});
