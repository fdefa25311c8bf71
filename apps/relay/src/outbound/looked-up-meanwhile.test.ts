import { minuteMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { eraseContact } from '../accounts/erase-contact.ts';
import { takeOut } from '../channels/all.ts';
import { echoed, reacted } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { channelThat, repliesIn, sentAs, unclear } from '../testing/replies.ts';
import type { SentMessage } from './channel-port.ts';
import { dueLooks, look } from './reconcile.ts';

/** A reply of which nobody knows whether it arrived, and what happens to it while Meta is being asked. */
async function inDoubt() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.buyerWrites('Is it free?');
  room.pass(minuteMs);
  const replies = repliesIn(room, agency);
  const attempt = await replies.sends('Yes');
  return {
    ...{ room, agency, attempt },
    ...replies,
    due: () => agency.agency.read((tx) => dueLooks(tx, room.clock())),
    /** Looks it up; `meanwhile` happens before Meta's answer, which names these messages. */
    async looks(meanwhile: () => Promise<unknown>, written: readonly SentMessage[]): Promise<void> {
      room.pass(30 * secondMs);
      const [message] = await agency.agency.read((tx) => dueLooks(tx, room.clock()));
      const channels = channelThat(
        async () => unclear,
        async () => {
          await meanwhile();
          return written;
        },
      );
      const account = { channel: 'instagram', nativeId: agency.nativeId, token: 'token' };
      await look(agency.agency, { ...room, channels }, account, message!);
    },
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  };
}

it('keeps its echo, and what was done to it, if the same words were also sent from a phone', async () => {
  await using it = await inDoubt();
  const { agency, attempt } = it;
  await it.answered(attempt, unclear);
  const at = it.room.clock();
  const phone = { nativeMessageId: 'm2', sentAt: at + 10 * secondMs, text: 'Yes' };
  const ours = { nativeMessageId: 'm1', sentAt: at, text: 'Yes' };
  await it.looks(
    () => agency.hears(echoed(ours), echoed(phone), reacted('m1', '\u{1f44d}', at + 20 * secondMs)),
    [phone, ours],
  );
  expect(await agency.message(attempt.messageId)).toMatchObject({ nativeMessageId: 'm1', reaction: '\u{1f44d}' });
  const sent = (await agency.messages()).filter(({ direction }) => direction === 'outbound');
  expect(sent.map(({ nativeMessageId, origin, reaction }) => [nativeMessageId, origin, reaction])).toEqual([
    ['m1', 'desk', '\u{1f44d}'],
    ['m2', 'elsewhere', null],
  ]);
});

it.each(['its answer said nothing', 'the relay stopped', 'its proof belonged to another reply'])(
  'a person may say that it did not arrive if the buyer was erased while it was being sent, and %s',
  async (what) => {
    await using it = await inDoubt();
    const { agency, room, attempt } = it;
    const other = what.startsWith('its proof') ? await proofOfOther(it) : null;
    const { contact } = await agency.conversation();
    await eraseContact({ store: room.store, takeOut }, agency.id, contact.id, 'operator', room.clock());
    if (other !== null) await it.answered(other, sentAs('m1'));
    else if (what.startsWith('its answer')) await it.answered(attempt, unclear);
    else await it.forgets();
    expect(await agency.message(attempt.messageId)).toMatchObject({ state: 'unconfirmed' });
    const waiting = await agency.rows(
      `select id from messages where agency_id = :agency and state = 'unconfirmed' and next_attempt_at is not null`,
    );
    expect(waiting).toEqual([]);
    expect(await it.confirms(attempt.messageId, false)).toMatchObject({ ok: true });
  },
);

/** It counts as sent by an id that Meta's answer to the other reply, with the same words, will claim. */
async function proofOfOther(it: Awaited<ReturnType<typeof inDoubt>>) {
  const { agency, attempt, room } = it;
  await it.answered(attempt, sentAs('m1'));
  room.pass(secondMs);
  return it.sends('Yes', (await agency.conversation()).id);
}
