import { type ChannelPolicy, dayMs, hourMs, newId, policiesOfVersion2, policyOf } from '@transom/shared';
import { expect, test, vi } from 'vitest';
import { applyPage } from './sync/apply-page.ts';
import { liveDesk, soon } from './test/live-desk.ts';
import { sampleAccount, sampleConversation } from './test/samples.ts';
import { tempStore } from './test/temp-folder.ts';

const instagram = policyOf({ channel: 'instagram' });
const withText = (count: number): ChannelPolicy => ({ ...instagram, text: { count, unit: 'characters' } });

test('a rule that changes at the relay applies at the desk with the next page', async () => {
  const { relay, desk } = await liveDesk();
  const reply = (text: string) => desk.call('reply.send', { clientMessageId: newId(), conversationId: 'c1', text });
  const isTold = async (policy: ChannelPolicy) =>
    vi.waitFor(
      async () =>
        expect((await desk.call('session.get', {})).accounts.map((account) => account.policy)).toEqual([policy]),
      soon,
    );
  expect(await reply('x'.repeat(501))).toEqual({ ok: true });
  relay.put({
    entity: 'account',
    id: 'account-1',
    document: sampleAccount('account-1', { rev: 2, policy: withText(500) }),
  });
  await isTold(withText(500));
  expect(await reply('x'.repeat(501))).toMatchObject({ refusal: { code: 'text_too_long' } });
  expect(await reply('x'.repeat(500))).toEqual({ ok: true });
  // A note goes to no channel.
  const note = { clientMessageId: newId(), conversationId: 'c1', text: 'x'.repeat(501) };
  expect(await desk.call('note.add', note)).toEqual({ ok: true });
});

test('conversations move when the rules of their account change; those of an unknown channel follow its policy', () => {
  const store = tempStore();
  const openedAt = Date.UTC(2026, 10, 20, 9);
  const now = openedAt + 30 * hourMs;
  let seq = 0;
  const apply = (policy: ChannelPolicy | null, channel = 'instagram') => {
    seq += 1;
    const changes = [
      { seq, entity: 'account' as const, id: 'a', document: sampleAccount('a', { rev: seq, channel, policy }) },
    ];
    const page = {
      epoch: 'e',
      fromSeq: seq - 1,
      toSeq: seq,
      changes,
      caughtUp: true,
      first: seq === 1,
      serverNow: now,
    };
    applyPage(store, { ...page, kind: 'changes' }, false);
  };
  const conversation = sampleConversation('c', {
    accountId: 'a',
    state: 'needs_answer',
    window: { openedAt, openedBy: 'm', byAd: false, comment: null },
    firstAnsweredAt: 1,
  });
  const lane = () =>
    (['closing', 'answer', 'missed'] as const).find(
      (one) => store.conversations.listLane(one, null, 9, now).rows.length > 0,
    );
  const empty = { epoch: 'e', first: true, fromSeq: null, toSeq: 0, changes: [], caughtUp: true, serverNow: now };
  applyPage(store, { ...empty, kind: 'snapshot' }, false);
  store.conversations.put(conversation, now);
  expect(lane()).toBe('missed');
  const lasting = (lastsMs: number) => ({ ...instagram, windows: { ...instagram.windows, standard: { lastsMs } } });
  apply(lasting(2 * dayMs));
  expect(lane()).toBe('answer');
  apply(lasting(32 * hourMs));
  expect(lane()).toBe('closing');
  apply(policiesOfVersion2['instagram'] ?? null);
  expect(lane()).toBe('missed');
  apply(lasting(3 * dayMs), 'pigeon');
  expect(lane()).toBe('answer');
  apply({ ...instagram, windows: { ...instagram.windows, standard: { lastsMs: 1 } } }, 'pigeon');
  expect(lane()).toBe('missed');
  // If it is unknown when a window closes, nobody who waits is given up.
  apply(null, 'pigeon');
  expect(lane()).toBe('answer');
});
