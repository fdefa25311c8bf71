import { announcementWords, type Conversation, en, hourMs, type Person } from '@transom/shared';
import { expect, test } from 'vitest';
import { decideBadge, decideGroup, decideNotification, type Shown } from './attention.ts';
import type { Notification } from './ports.ts';
import { baseAt, sampleConversation } from './test/samples.ts';

const agent: Person = { id: 'sam', name: 'Sam', role: 'agent' };
const owner: Person = { id: 'olga', name: 'Olga', role: 'owner' };
const viewer: Person = { id: 'vic', name: 'Vic', role: 'viewer' };
const before = sampleConversation('c1');
const written = next({ lastMessage: { ...before.lastMessage!, id: 'newer', preview: 'Is it free?' } });
const handoff = {
  id: 'h1',
  reason: 'social_dm_follow_up_needed',
  state: 'open',
  openedAt: baseAt,
  claimedBy: null,
  claimedUntil: null,
} as const;
const claimed = {
  ...handoff,
  state: 'claimed',
  claimedBy: { id: 'kim', name: 'Kim' },
  claimedUntil: baseAt + hourMs,
} as const;

function next(about: Partial<Conversation>): Conversation {
  return { ...before, rev: 2, lastMessageAt: baseAt + 1, ...about };
}
/** With the words that a person reads. */
function shownIn(notification: Notification | null) {
  return notification === null ? null : { ...notification, ...announcementWords(en, notification.said) };
}
function told(person: Person, after: Conversation, earlier: Conversation | null = before, now = baseAt) {
  return shownIn(decideNotification({ kind: 'conversation', before: earlier, after }, person, now));
}

test('who is notified of what', () => {
  const lead = { id: 'l1', topics: ['pricing' as const], stage: 'new' as const };
  expect(told(agent, written)).toMatchObject({ id: 'c1', title: 'Dana c1', body: 'Is it free?' });
  expect(told(owner, written)).toBeNull();
  expect(told(owner, { ...written, lead })).toMatchObject({ title: 'New lead: Dana c1' });
  expect(told(owner, { ...written, lead }, { ...before, lead })).toBeNull();
  for (const person of [agent, owner]) {
    expect(told(person, next({ handoff }))).toMatchObject({ urgent: true, title: 'Dana c1 needs a person' });
    expect(told(person, next({ handoff }), { ...before, handoff })?.title).not.toBe('Dana c1 needs a person');
    expect(
      decideNotification({ kind: 'closing', conversation: before, remainingMs: 90_000 }, person, baseAt),
    ).toMatchObject({ urgent: true });
  }
  expect(
    decideNotification({ kind: 'connection', reason: { code: 'relay_unreachable' } }, owner, baseAt),
  ).toMatchObject({ id: 'connection' });
  expect(decideNotification({ kind: 'connection', reason: { code: 'relay_unreachable' } }, agent, baseAt)).toBeNull();
  expect(told(viewer, next({ handoff }))).toBeNull();
});

test('no notification about what somebody else holds, what is answered, or what is not new', () => {
  expect(told(agent, { ...written, handoff: claimed })).toBeNull();
  expect(told(agent, { ...written, handoff: claimed }, before, baseAt + hourMs)).toMatchObject({
    title: 'Dana c1 needs a person',
  });
  expect(told({ ...agent, id: 'kim' }, { ...written, handoff: claimed })).not.toBeNull();
  expect(told(agent, { ...written, state: 'answered' })).toBeNull();
  expect(told(agent, next({ lastMessage: before.lastMessage }))).toBeNull();
  expect(told(agent, next({ lastMessage: { ...written.lastMessage!, direction: 'outbound' } }))).toBeNull();
});

test('the third conversation within ten seconds makes a group; one conversation never does', () => {
  const note = (conversationId: string): Notification => ({
    id: conversationId,
    conversationId,
    said: { kind: 'message', name: conversationId, preview: '' },
    urgent: false,
  });
  let shown: readonly Shown[] = [];
  const show = (id: string, at: number) => {
    const decided = decideGroup(shown, note(id), at);
    shown = decided.shown;
    return { ...decided, title: announcementWords(en, decided.show.said).title };
  };
  expect(['a', 'a', 'a', 'b'].map((id, at) => show(id, at).show.id)).toEqual(['a', 'a', 'a', 'b']);
  expect(show('c', 5)).toMatchObject({ show: { id: 'group' }, title: '3 buyers are waiting', close: ['a', 'b', 'c'] });
  expect(show('d', 6)).toMatchObject({ show: { id: 'group' }, title: '4 buyers are waiting' });
  expect(show('e', 20_000).show.id).toBe('e');
});

test('names and words from outside do not reverse a title', () => {
  const named = (name: string | null, username: string | null = null) => {
    const contact = { ...before.contact, name, username };
    return told(agent, next({ contact, handoff }), { ...before, contact })?.title;
  };
  expect(named('\u202eevil\u202c\u2066\u200f Dana\u061c')).toBe('evil Dana needs a person');
  expect(named('\u202e', 'dana.k')).toBe('dana.k needs a person');
  expect(named('\u200e\n')).toBe('Someone needs a person');
  expect(named('\u062f\u0627\u0646\u0627')).toBe('\u2068\u062f\u0627\u0646\u0627\u2069 needs a person');
  const lastMessage = { ...written.lastMessage!, preview: '\u202eprice?\r\nnow \ud83d\udc68\u200d\ud83d\udc69' };
  expect(told(agent, { ...written, lastMessage })?.body).toBe('price? now \ud83d\udc68\u200d\ud83d\udc69');
});

test('a reaction raises no alert', () => {
  const lastReaction = { messageId: 'm', emoji: '\ud83d\udc4d', preview: 'Friday?', at: baseAt + 9 };
  expect(told(agent, { ...before, rev: 2, lastReaction })).toBeNull();
});

test('the badge leaves out what others hold', () => {
  expect(decideBadge({ needAnswer: 5, heldByOthers: 2 })).toBe(3);
});
