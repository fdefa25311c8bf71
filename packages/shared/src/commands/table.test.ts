import { describe, expect, test } from 'vitest';
import type { Role } from '../documents/agency.ts';
import { protocolVersion } from '../protocol/versions.ts';
import { refusals } from '../refusals.ts';
import { type Command, type CommandKind, checkRole, commandKinds, commandSchema, definitionOf } from './command.ts';
import { forRelayOf } from './older-relay.ts';
import { alwaysPossible } from './table.ts';

/** One of each, with every field that it may have. */
const samples: { readonly [K in CommandKind]: Command } = {
  'reply.send': { kind: 'reply.send', conversationId: 'c', text: 'Hi', seenMessageId: 'm' },
  'comment.private_reply': { kind: 'comment.private_reply', commentId: 'k', text: 'Hi', seenMessageId: 'm' },
  'note.add': { kind: 'note.add', conversationId: 'c', text: 'Hi' },
  'reply.withdraw': { kind: 'reply.withdraw', messageId: 'm' },
  'handoff.claim': { kind: 'handoff.claim', conversationId: 'c', takeOver: true },
  'handoff.release': { kind: 'handoff.release', conversationId: 'c' },
  'handoff.resolve': { kind: 'handoff.resolve', conversationId: 'c' },
  'handoff.reopen': { kind: 'handoff.reopen', conversationId: 'c' },
  'conversation.snooze': { kind: 'conversation.snooze', conversationId: 'c', until: 1, seenMessageId: 'm' },
  'account.human_agent': { kind: 'account.human_agent', accountId: 'a', approved: true },
  'message.confirm': { kind: 'message.confirm', messageId: 'm', arrived: true },
  'partner.end_grant': { kind: 'partner.end_grant', grantId: 'g' },
};

describe.each(commandKinds)('%s', (kind) => {
  test('is read as it was written, and rejected with a field too many', () => {
    expect(commandSchema.parse(samples[kind])).toEqual(samples[kind]);
    expect(Object.keys(samples[kind]).toSorted()).toEqual(
      ['kind', ...Object.keys(definitionOf(kind).input.shape)].toSorted(),
    );
    expect(commandSchema.safeParse({ ...samples[kind], sendAt: 1 }).success).toBe(false);
  });

  test('is refused to viewers, and allowed to every owner', () => {
    expect(checkRole({ role: 'viewer' }, kind)).toMatchObject({ code: 'forbidden' });
    expect(checkRole({ role: 'owner' }, kind)).toBeNull();
  });

  test('names its refusals once, without those that are possible anyway', () => {
    const { refusals: named } = definitionOf(kind);
    expect(new Set([...named, ...alwaysPossible]).size).toBe(named.length + alwaysPossible.length);
    for (const code of named) expect(refusals).toHaveProperty(code);
  });

  test('reaches a current relay unchanged', () => {
    expect(forRelayOf(protocolVersion.max, samples[kind])).toEqual({ ok: true, command: samples[kind] });
  });
});

test('what only owners may do is refused to agents in words', () => {
  const barred = (role: Role) => commandKinds.filter((kind) => checkRole({ role }, kind) !== null);
  expect(barred('agent')).toEqual(['account.human_agent', 'partner.end_grant']);
  expect(checkRole({ role: 'agent' }, 'account.human_agent')?.reason).toBe('forbidden.owners_only');
});

test('a relay of version 1 is asked in its own words, or not at all', () => {
  expect(forRelayOf(1, samples['reply.send'])).toEqual({
    ok: true,
    command: { kind: 'reply.send', conversationId: 'c', text: 'Hi' },
  });
  const asked = commandKinds.filter((kind) => forRelayOf(1, samples[kind]).ok);
  expect(asked).toEqual([
    ...['reply.send', 'comment.private_reply', 'note.add', 'handoff.release', 'handoff.resolve', 'message.confirm'],
  ]);
  expect(forRelayOf(1, { kind: 'handoff.claim', conversationId: 'c' })).toMatchObject({ ok: true });
  expect(forRelayOf(1, samples['handoff.claim'])).toMatchObject({ ok: false, refusal: { code: 'not_configured' } });
});
