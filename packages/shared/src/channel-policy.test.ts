import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AccountRules, policyOf, rulesFor } from './account-rules.ts';
import { type ChannelPolicy, channelPolicySchema } from './channel-policy.ts';
import { accountSchema, type Conversation } from './documents/index.ts';
import { dueOf, laneOf, placeAt } from './due.ts';
import { policiesOfVersion2 } from './policies-of-version-2.ts';
import { checkPrivateReply, checkReply, checkText } from './reply-rules.ts';
import { noteComment, noWindow, openWindow, privateReplyAt, type WindowFacts, windowAt } from './response-window.ts';
import { dayMs, hourMs, minuteMs } from './time.ts';

const now = Date.UTC(2026, 10, 20, 9, 0);
const instagram = policyOf({ channel: 'instagram' });

const document = {
  ...{ id: 'a', rev: 1, channel: 'instagram', name: 'Nordic', username: null, state: 'connected' },
  ...{ humanAgentApproved: false, trouble: null },
};

describe('a policy in an account document', () => {
  test.each(Object.entries(policiesOfVersion2))('of %s survives JSON unchanged', (_name, policy) => {
    const text = JSON.stringify({ ...document, policy });
    expect(accountSchema.parse(JSON.parse(text)).policy).toEqual(policy);
  });

  test('may be missing, and then is what version 2 knew', () => {
    expect(policyOf(accountSchema.parse(document))).toBe(policiesOfVersion2.instagram);
  });

  test('of an unknown shape leaves the account readable', () => {
    const read = accountSchema.parse({ ...document, policy: { name: 'Instagram', windows: 'soon' } });
    expect([read.name, policyOf(read)]).toEqual(['Nordic', policiesOfVersion2.instagram]);
  });

  test('with unknown fields is read without them, and an unknown unit as the strictest count', () => {
    const later = { ...instagram, stickers: 3, text: { count: 10, unit: 'graphemes', perDay: 5 } };
    expect(channelPolicySchema.parse(later)).toEqual({ ...instagram, text: { count: 10, unit: 'bytes' } });
  });
});

/** The rules of version 2 once more, written as code instead of a table. */
function windowOfVersion2(facts: WindowFacts, at: number, approved: boolean) {
  const ofComment = () => {
    if (facts.comment === null) return { kind: 'none', expiresAt: null };
    if (facts.comment.privateReplyUsedAt !== null)
      return { kind: 'closed', expiresAt: facts.comment.privateReplyUsedAt };
    const weekAfter = facts.comment.at + 168 * hourMs;
    return at < weekAfter ? { kind: 'private_reply', expiresAt: weekAfter } : { kind: 'closed', expiresAt: weekAfter };
  };
  if (facts.openedAt === null) return ofComment();
  const dayAfter = facts.openedAt + 24 * hourMs;
  const weekAfter = facts.openedAt + 168 * hourMs;
  if (at < dayAfter) return { kind: facts.byAd ? 'ad' : 'standard', expiresAt: dayAfter };
  if (approved && at < weekAfter) return { kind: 'human_agent', expiresAt: weekAfter };
  if (ofComment().kind === 'private_reply') return ofComment();
  return { kind: 'closed', expiresAt: approved ? weekAfter : dayAfter };
}

const moment = fc.integer({ min: now - 9 * dayMs, max: now });
const someFacts: fc.Arbitrary<WindowFacts> = fc.record({
  openedAt: fc.option(moment),
  openedBy: fc.constant('m'),
  byAd: fc.boolean(),
  comment: fc.option(fc.record({ messageId: fc.constant('k'), at: moment, privateReplyUsedAt: fc.option(moment) })),
});

test.each(Object.keys(policiesOfVersion2))(
  'with the values of version 2 the arithmetic gives its rules: %s',
  (channel) => {
    fc.assert(
      fc.property(someFacts, fc.nat(9 * dayMs), fc.boolean(), (facts, laterMs, humanAgentApproved) => {
        const account = { channel, humanAgentApproved };
        expect(windowAt(facts, now + laterMs, account)).toEqual(
          windowOfVersion2(facts, now + laterMs, humanAgentApproved),
        );
      }),
    );
  },
);

const span = fc.integer({ min: 1, max: 10 * dayMs });
const somePolicy: fc.Arbitrary<ChannelPolicy> = fc
  .record({ standard: span, ad: span, late: fc.option(span), needsApproval: fc.boolean(), reply: fc.option(span) })
  .map(({ standard, ad, late, needsApproval, reply }) => ({
    ...instagram,
    windows: {
      standard: { lastsMs: standard },
      ad: { lastsMs: ad },
      human_agent: late === null ? null : { lastsMs: late, needsApproval },
      private_reply: reply === null ? null : { lastsMs: reply },
    },
  }));

const waiting = (window: WindowFacts): Conversation => ({
  ...{ id: 'c', rev: 1, accountId: 'a', channel: 'pigeon', lead: null, handoff: null, lastMessage: null },
  contact: { id: 'p', name: 'Maya', username: null, profileUrl: null },
  source: { kind: 'dm', postId: null, commentId: null, adTitle: null },
  ...{ state: 'needs_answer', lastMessageAt: now, unansweredSinceAt: now, firstAnsweredAt: 1, window },
  ...{ unreachable: false, erasedAt: null },
});

test('with any values, what is open is sendable, ends when it says, and a place holds until its end', () => {
  fc.assert(
    fc.property(someFacts, somePolicy, fc.boolean(), fc.nat(12 * dayMs), (facts, policy, approved, laterMs) => {
      const account: AccountRules = { channel: 'pigeon', humanAgentApproved: approved, policy };
      const at = now + laterMs;
      const direct = windowAt({ ...facts, comment: null }, at, account);
      const isOpen = direct.kind !== 'closed' && direct.kind !== 'none';
      const question = {
        conversation: waiting(facts),
        account: { ...accountSchema.parse({ ...document, channel: 'pigeon', humanAgentApproved: approved }), policy },
        person: { id: 'mara', name: 'Mara', role: 'agent' },
        plan: 'plus',
        now: at,
      } as const;
      expect(checkReply(question).ok).toBe(isOpen);
      expect(checkPrivateReply(question).ok).toBe(privateReplyAt(facts, at, account).kind === 'private_reply');
      if (isOpen && direct.expiresAt !== null) {
        expect(at).toBeLessThan(direct.expiresAt);
        expect(windowAt({ ...facts, comment: null }, direct.expiresAt - 1, account).kind).not.toBe('closed');
        expect(['closed', 'human_agent']).toContain(
          windowAt({ ...facts, comment: null }, direct.expiresAt, account).kind,
        );
      }
      const place = placeAt(waiting(facts), at, account);
      const last = Math.min(place.until, now + 40 * dayMs) - 1;
      expect(placeAt(waiting(facts), last, account)).toEqual(place);
    }),
  );
});

test('a window of 48 hours is 48 hours everywhere, without another line of code', () => {
  const policy = { ...instagram, windows: { ...instagram.windows, standard: { lastsMs: 2 * dayMs } } };
  const account = { channel: 'instagram', humanAgentApproved: false, policy };
  const conversation = waiting({ ...noWindow, openedAt: now, openedBy: 'm' });
  expect(windowAt(conversation.window, now + 47 * hourMs, account)).toEqual({
    kind: 'standard',
    expiresAt: now + 2 * dayMs,
  });
  expect([43, 44, 48].map((hours) => laneOf(conversation, now + hours * hourMs, account))).toEqual([
    'answer',
    'closing',
    'missed',
  ]);
  expect(dueOf(conversation, account)).toEqual({ at: now + 44 * hourMs, reason: 'window_closing' });
});

describe('what opens a window', () => {
  const opener = { messageId: 'm', at: now - minuteMs, seenAt: now };
  test('is what the policy names, and opens the window that it names', () => {
    const policy = { ...instagram, opens: { message: 'standard', ad_referral: 'ad', reaction: 'dance' } };
    expect(openWindow(noWindow, { ...opener, by: 'message' }, policy)).toMatchObject({ openedBy: 'm', byAd: false });
    expect(openWindow(noWindow, { ...opener, by: 'ad_referral' }, policy)).toMatchObject({ byAd: true });
    expect(openWindow(noWindow, { ...opener, by: 'story_mention' }, policy)).toBe(noWindow);
    // A word from a future version opens nothing that today's desk would show.
    expect(openWindow(noWindow, { ...opener, by: 'reaction' }, policy)).toBe(noWindow);
    expect(noteComment(noWindow, opener, policy)).toBe(noWindow);
  });
});

describe('a channel that this desk has never heard of', () => {
  const policy: ChannelPolicy = {
    ...instagram,
    name: 'Pigeon',
    windows: { standard: { lastsMs: hourMs }, ad: { lastsMs: 3 * dayMs }, human_agent: null, private_reply: null },
    text: { count: 4, unit: 'characters' },
  };
  const account = { channel: 'pigeon', humanAgentApproved: true, policy };
  const opened = { ...noWindow, openedAt: now, openedBy: 'm' };

  test('works by its policy alone', () => {
    expect(windowAt(opened, now, account)).toEqual({ kind: 'standard', expiresAt: now + hourMs });
    expect(windowAt({ ...opened, byAd: true }, now, account)).toEqual({ kind: 'ad', expiresAt: now + 3 * dayMs });
    // Approved for what the channel does not have.
    expect(windowAt(opened, now + hourMs, account).kind).toBe('closed');
    const comment = { messageId: 'k', at: now, privateReplyUsedAt: null };
    expect(privateReplyAt({ ...noWindow, comment }, now, account).kind).toBe('none');
    expect(dueOf(waiting({ ...noWindow, comment }), account)).toEqual({ at: now, reason: 'window_closing' });
    expect([checkText(account, 'four'), checkText(account, 'fives')?.code]).toEqual([null, 'text_too_long']);
  });

  test('without a policy has nothing open, and is not mistaken for a property that every object has', () => {
    for (const channel of ['pigeon', 'constructor', '__proto__']) {
      const unknown = rulesFor({ channel }, null);
      expect(windowAt(opened, now, unknown)).toEqual({ kind: 'closed', expiresAt: now });
      expect(checkText(unknown, 'Hi')).toEqual({ code: 'client_too_old', reason: 'client_too_old.channel' });
    }
  });
});
