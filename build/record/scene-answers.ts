import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@transom/shared';
import { until } from '../stack/until.ts';
import type { Played } from './played.ts';

const hourMs = 3_600_000;

/** What a person does with the messages, and everything that can happen to a reply. */
export async function playAnswers(played: Played): Promise<void> {
  await answerWell(played);
  await answerInVain(played);
  await answerWithDoubt(played);
  await loseTheSignIn(played);
}

async function answerWell({ simulator, cast, dana, conversationOf, message, reply, stateOf, messages }: Played) {
  const { maya, jonas, liv } = cast.buyers;
  const mayaId = await conversationOf('Maya Lindqvist');
  await dana.call('thread.read', { conversationId: mayaId, before: null, limit: 50 });
  await dana.call('thread.seen', { conversationId: mayaId });
  await dana.call('handoff.claim', { conversationId: mayaId });
  await dana.call('handoff.release', { conversationId: mayaId });
  const toMaya = await reply(mayaId, 'Hi Maya! It is 6,900 installed. \u2728');
  const { nativeMessageId } = await stateOf(toMaya, 'sent');
  await simulator.reacts({ account: maya.account, buyer: maya, nativeMessageId: nativeMessageId ?? '' });
  await message('a reaction stands', ({ reaction }) => reaction !== null);
  await simulator.reacts({ account: maya.account, buyer: maya, nativeMessageId: nativeMessageId ?? '', removes: true });
  await simulator.reads({ account: maya.account, buyer: maya });
  await stateOf(toMaya, 'read');

  const toJonas = await reply(await conversationOf('Jonas Weber'), 'Two weeks from order to the first fire.');
  const sent = await stateOf(toJonas, 'sent');
  await simulator.receives({ account: jonas.account, buyer: jonas, nativeMessageId: sent.nativeMessageId ?? '' });
  await stateOf(toJonas, 'delivered');

  const note = newId();
  await dana.call('note.add', { conversationId: mayaId, clientMessageId: note, text: 'Wants it before Christmas.' });
  await stateOf(note, 'received');
  const comment = messages().find(({ text }) => text === 'What does this one cost?');
  const toLiv = newId();
  await dana.call('comment.private_reply', {
    ...{ conversationId: comment?.conversationId ?? '', commentId: comment?.id ?? '', clientMessageId: toLiv },
    text: 'Hello Liv, it is 4,200.',
  });
  await stateOf(toLiv, 'sent');
  await simulator.writes({ account: liv.account, buyer: liv, text: 'Thank you, that is within our budget.' });
  const kofiId = await conversationOf('Kofi Mensah');
  await dana.call('handoff.resolve', { conversationId: kofiId });
}

async function answerInVain({
  simulator,
  cast,
  dana,
  conversationOf,
  messages,
  reply,
  stateOf,
  held,
  message,
}: Played) {
  const { sauna, page, alder, buyers } = cast;
  const greta = await conversationOf('Greta Falk');
  await simulator.setUnavailable({ account: sauna, buyer: buyers.gone });
  await stateOf(await reply(greta, 'Ten percent for two.'), 'failed');
  await held(await reply(greta, 'Are you still there?'));

  const pia = await conversationOf('Pia Holm');
  for (const [code, text] of [
    [368, 'The deck may be 3 by 4 metres.'],
    [100, 'Or 4 by 4.'],
  ] as const) {
    await simulator.fault({ kind: 'graph_error', times: 1, account: sauna, status: 400, code });
    await stateOf(await reply(pia, text), 'failed');
  }
  // Meta's clock is a day ahead of ours: for Meta the window is over.
  await simulator.advanceClock(25 * hourMs);
  await stateOf(await reply(pia, 'Shall we draw it for you?'), 'failed');
  await simulator.advanceClock(-25 * hourMs);
  await held(await reply(await conversationOf('Tom Reed'), 'We deliver to Drammen.'));

  const comment = messages().find(({ text }) => text?.startsWith('Lovely.') === true);
  await simulator.fault({ kind: 'graph_error', times: 1, account: page, status: 400, code: 10900 });
  const refused = newId();
  await dana.call('comment.private_reply', {
    ...{ conversationId: comment?.conversationId ?? '', commentId: comment?.id ?? '', clientMessageId: refused },
    text: 'Two days, Ruth.',
  });
  await stateOf(refused, 'failed');
  const humanAgent = await reply(await conversationOf('Ines Duarte'), 'It does: 120 by 90 cm.');
  await message(
    'the late reply went out',
    ({ clientMessageId, state }) => clientMessageId === humanAgent && state === 'sent',
  );
  await simulator.writes({ account: alder, buyer: buyers.wei, text: 'Friday would suit me.' });
}

/** Nobody knows whether it arrived, until a person looks or an echo comes. */
async function answerWithDoubt({ simulator, cast, dana, conversationOf, reply, stateOf }: Played) {
  const { sauna } = cast;
  const kofi = await conversationOf('Kofi Mensah');
  async function doubt(kind: 'reset_before_delivery' | 'lost_answer', text: string): Promise<[string, string]> {
    await simulator.fault({ kind: 'echo_none', times: 1, account: sauna });
    await simulator.fault({ kind, times: 1, account: sauna });
    const id = await reply(kofi, text);
    return [id, (await stateOf(id, 'unconfirmed')).id];
  }
  const [lost, lostMessage] = await doubt('reset_before_delivery', 'We have it in stock.');
  // "It did not arrive" is accepted only after the relay has looked itself.
  await until(
    'the relay has looked',
    async () => {
      const outcome = await dana.call('message.confirm', { messageId: lostMessage, arrived: false });
      if (!outcome.ok) await pause(10_000);
      return outcome.ok || undefined;
    },
    90_000,
  );
  await stateOf(lost, 'failed');
  await simulator.clearFaults();
  const [arrived, arrivedMessage] = await doubt('lost_answer', 'It is on display in Oslo.');
  await dana.call('message.confirm', { messageId: arrivedMessage, arrived: true });
  await stateOf(arrived, 'sent');
  await simulator.clearFaults();
  await simulator.fault({ kind: 'lost_answer', times: 1, account: sauna });
  await stateOf(await reply(kofi, 'Shall I hold one for you?'), 'sent');
  await doubt('reset_before_delivery', 'It would be yours until Friday.');
  await simulator.clearFaults();
}

/** Meta revokes the token; the reply waits until the account is connected again. */
async function loseTheSignIn({ stage, simulator, cast, agencyId, account, conversationOf, reply, stateOf }: Played) {
  const { alder } = cast;
  await simulator.fault({ kind: 'token_revoked', times: 9, account: alder });
  const waiting = await reply(await conversationOf('Wei Zhang'), 'Friday at ten it is.');
  const { id } = await account('the account is signed out', ({ state }) => state === 'reauth_required');
  await simulator.clearFaults();
  await stage.addAccount(agencyId, alder);
  await account('the account is back', (candidate) => candidate.id === id && candidate.state === 'connected');
  await stateOf(waiting, 'sent');
}
