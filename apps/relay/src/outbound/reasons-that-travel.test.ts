import { because, changeSchema, lowerTo, type Reason } from '@transom/shared';
import { expect, it } from 'vitest';
import { inWork } from '../ledger/agency-work.ts';
import { noon, wrote } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs } from '../testing/replies.ts';
import type { SendOutcome } from './channel-port.ts';
import { markRepliesWaiting } from './told-to-wait.ts';
import { leaveUnconfirmed, loseProof } from './unconfirmed.ts';

/** Two contacts wait for an answer; the reply to the second was never tried. */
async function scene() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(
    wrote({ sentAt: noon - 1 }),
    wrote({ contact: { senderId: '2', name: null, username: null }, sentAt: noon - 1 }),
  );
  const threads = await agency.threads();
  const latest = async (entity: string, id: string) => {
    const { seq, body } = (await agency.changes()).findLast(
      (change) => change.entity === entity && change.entity_id === id,
    )!;
    return changeSchema.parse({ seq, entity, id, document: JSON.parse(body!) });
  };
  /** What the newest change tells desks of this version. */
  const failureAt = async (version: number, id: string) =>
    (lowerTo(version, await latest('message', id)) as { document: { failure: Reason | null } }).document.failure;
  const texts = async () => JSON.stringify(await agency.rows(`select * from messages where agency_id = :agency`));
  return {
    ...{ room, agency, failureAt, latest, texts, first: threads[0]!.id, second: threads[1]!.id },
    ...repliesIn(room, agency),
    does: (action: Parameters<typeof inWork<void>>[2]) => inWork(agency.agency, room.clock, action),
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  };
}

/** One of each kind, with the sentences that desks of version 1 and 2 get. */
it.each<[SendOutcome & { readonly why: Reason }, Reason, string]>([
  [
    { kind: 'not_sent', why: because('not_sent.unreachable', { error: 'ECONNREFUSED' }) },
    because('not_sent.unreachable', { error: 'ECONNREFUSED' }),
    'Meta could not be reached (ECONNREFUSED). Nothing was sent.',
  ],
  [
    { kind: 'unknown', why: because('unconfirmed.connection_broke', { error: 'ECONNRESET' }) },
    because('unconfirmed.connection_broke', { error: 'ECONNRESET' }),
    'The connection to Meta broke before it answered (ECONNRESET). The request may have arrived.',
  ],
  [
    { kind: 'throttled', retryAfterMs: 60_000, why: because('throttled.account') },
    because('throttled.account'),
    'Meta asked this account to send more slowly, so sending has to wait.',
  ],
  [
    { kind: 'reauth', why: because('reauth_required.rejected') },
    because('reauth_required.rejected'),
    'Meta no longer accepts the account\u2019s sign-in. Connect the account again.',
  ],
  [
    { kind: 'calls_refused', why: because('calls_refused.this') },
    because('calls_refused.this'),
    'Meta refused the call itself, regardless of the message. Your text is kept, and Transom will try again.',
  ],
  [
    { kind: 'refused', why: because('window_closed.at_meta'), platformCode: '10' },
    // The window is open, as far as the relay knows.
    because('refused_in_window'),
    'Meta refused this as too late, although this person wrote to you recently enough. The app may lack access to messages: whoever runs it should check its permissions and access level in Meta\u2019s dashboard. Your text is kept.',
  ],
  [
    { kind: 'refused', why: because('recipient_unavailable'), platformCode: '551' },
    because('recipient_unavailable'),
    'This person cannot receive messages from the business at the moment.',
  ],
  [
    { kind: 'refused', why: because('private_reply_used.at_meta'), platformCode: '10900' },
    because('private_reply_used.at_meta'),
    'Meta accepts no private reply to this comment: it was answered before, is older than 7 days, or was deleted.',
  ],
  [
    { kind: 'refused', why: because('account_restricted.by_meta'), platformCode: '368' },
    because('account_restricted.by_meta'),
    'Meta has restricted messages from this account. Its support inbox in Meta Business Suite says why.',
  ],
  [
    { kind: 'refused', why: because('not_thread_owner'), platformCode: '10/2018300' },
    because('not_thread_owner'),
    'Another app is in charge of this conversation. Answer it there, or wait until that app hands it over.',
  ],
  [
    { kind: 'refused', why: because('invalid.form'), platformCode: '100' },
    because('invalid.form'),
    'Meta refused the format of this message. This is a fault in Transom or a change at Meta.',
  ],
])(
  '$kind, $why.code: a case for current desks, its sentence for older ones, and no sentence in the database',
  async (outcome, failure, words) => {
    await using it = await scene();
    const attempt = await it.sends('Yes', it.first);
    await it.answered(attempt, outcome);
    const { messageId } = attempt;
    expect(await it.agency.message(messageId)).toMatchObject({ failure });
    expect(await it.failureAt(3, messageId)).toEqual(failure);
    for (const version of [1, 2])
      expect(await it.failureAt(version, messageId)).toEqual({ code: failure.code, detail: words });
    expect(await it.texts()).not.toContain(words.slice(0, 20));
  },
);

it.each([
  [
    'throttled',
    'throttled',
    'Meta asked this account to slow down. Your reply is still queued and will be sent afterwards.',
  ],
  [
    'calls_refused',
    'calls_refused',
    'Meta is refusing all calls for this account. Your reply is still queued, and Transom will keep trying to send it.',
  ],
  [
    'reauth_required',
    'reauth_required',
    'This account needs to be connected again. Your reply is still queued and will be sent afterwards.',
  ],
  [
    'account_disconnected',
    'account_disconnected.queued',
    'This account is disconnected. Your reply is still queued and will be sent once it is connected again.',
  ],
] as const)('why all replies of an account wait: %s', async (code, key, words) => {
  await using it = await scene();
  const id = await it.queues('Yes', it.first);
  await it.does((work) => markRepliesWaiting(work, it.agency.account.id, code));
  expect(await it.failureAt(3, id)).toEqual(because(key));
  expect(await it.failureAt(2, id)).toEqual({ code, detail: words });
});

it.each([
  ['unconfirmed.relay_stopped', 'The relay stopped while sending this. Checking whether it arrived\u2026'],
  ['unconfirmed.checking', 'Not sure it went out. Checking\u2026'],
  ['unconfirmed', 'Transom could not confirm that this reply arrived. Look in the app, then say whether it did.'],
] as const)('a doubt: %s', async (key, words) => {
  await using it = await scene();
  const { messageId } = await it.sends('Yes', it.first);
  await it.does((work) => leaveUnconfirmed(work, messageId, because(key)));
  expect(await it.failureAt(3, messageId)).toEqual(because(key));
  expect(await it.failureAt(2, messageId)).toEqual({ code: 'unconfirmed', detail: words });
});

it('a proof that was another message\u2019s', async () => {
  await using it = await scene();
  const attempt = await it.sends('Yes', it.first);
  await it.answered(attempt, sentAs('n1'));
  await it.does((work) => loseProof(work, attempt.messageId));
  expect(await it.failureAt(2, attempt.messageId)).toEqual({
    code: 'unconfirmed',
    detail: 'What looked like proof of delivery belongs to another message. Checking\u2026',
  });
});

it('a colleague who looked is stored by id, and named in the sentence', async () => {
  await using it = await scene();
  const { messageId } = await it.sends('Yes', it.first);
  await it.does((work) => leaveUnconfirmed(work, messageId, because('unconfirmed')));
  await it.looked(messageId);
  await it.confirms(messageId, false);
  expect(await it.failureAt(3, messageId)).toEqual(because('not_arrived.by', { name: 'Arne' }));
  expect(await it.failureAt(1, messageId)).toEqual({
    code: 'not_arrived',
    detail: 'Arne checked: it did not arrive. It can be sent again.',
  });
  expect(await it.texts()).not.toContain('Arne');
});

it('trouble with an account is a case for current desks, and a sentence for those of version 2', async () => {
  await using it = await scene();
  const attempt = await it.sends('Yes', it.first);
  await it.answered({ ...attempt, attempts: 3 }, { kind: 'calls_refused', why: because('calls_refused.this') });
  const change = await it.latest('account', it.agency.account.id);
  const sinceAt = it.room.clock();
  const troubleAt = (version: number) => (lowerTo(version, change) as { document: object }).document;
  expect(troubleAt(3)).toMatchObject({ trouble: { ...because('calls_refused.account'), sinceAt } });
  expect(troubleAt(2)).toHaveProperty('trouble', {
    code: 'calls_refused',
    detail:
      'Meta refuses every call that this account makes. Your replies are kept. Signing in again does not help: whoever runs the relay must check the app in Meta\u2019s dashboard.',
    sinceAt,
  });
  expect(troubleAt(1)).not.toHaveProperty('trouble');
});
