import { newId } from '@transom/shared';
import type { Played } from './played.ts';
import type { ScriptDesk } from './script-desk.ts';

/** What version 2 brought: a reply is taken back, a conversation is reopened, taken over, and answered by two people at once. */
export async function thinkAgain(played: Played, arne: ScriptDesk): Promise<void> {
  await takeBack(played);
  await openAgain(played);
  await takeOver(played, arne);
  await answerBoth(played, arne);
}

/** Meta throttles, so the reply waits at the relay and can still be taken back. One that was sent cannot. */
async function takeBack({ simulator, cast, dana, conversationOf, reply, message, messages, stage }: Played) {
  const { page, buyers } = cast;
  await simulator.fault({ kind: 'graph_throttled', times: 1, account: page, regainAccessMinutes: 5 });
  const { jonas } = buyers;
  await simulator.writes({ account: jonas.account, buyer: jonas, text: 'And what about the stones?' });
  const jonasId = await conversationOf('Jonas Weber');
  const regretted = await reply(jonasId, 'They are on us.');
  const waiting = await message(
    'the reply waits',
    ({ clientMessageId, waitsUntil }) => clientMessageId === regretted && (waitsUntil ?? null) !== null,
  );
  await dana.call('reply.withdraw', { messageId: waiting.id, keep: false });
  const sent = messages().find(({ text }) => text === 'Two weeks from order to the first fire.');
  await dana.call('reply.withdraw', { messageId: sent?.id ?? '', keep: false });
  await dana.call('handoff.release', { conversationId: jonasId });
  stage.endPause(page);
}

async function openAgain({ dana, conversationOf, account }: Played) {
  const conversationId = await conversationOf('Pia Holm');
  await dana.call('handoff.resolve', { conversationId });
  await dana.call('handoff.reopen', { conversationId });
  await dana.call('handoff.release', { conversationId });
  const { id } = await account('Alder & Steam is there', ({ name }) => name === 'Alder & Steam');
  for (const approved of [false, true]) await dana.call('account.human_agent', { accountId: id, approved });
}

async function takeOver({ dana, conversationOf }: Played, arne: ScriptDesk) {
  const conversationId = await conversationOf('Kofi Mensah');
  await arne.ask('command', { id: newId(), command: { kind: 'handoff.claim', conversationId } });
  await dana.call('handoff.claim', { conversationId });
  await dana.call('handoff.claim', { conversationId, takeOver: true });
  await dana.call('handoff.release', { conversationId });
}

/** Arne answers first. Dana has not seen that, is told, and insists. */
async function answerBoth({ dana, conversationOf, simulator, cast, textArrives, stateOf }: Played, arne: ScriptDesk) {
  const { maya } = cast.buyers;
  await simulator.writes({ account: maya.account, buyer: maya, text: 'Does it come with a roof?' });
  const { id: asked } = await textArrives('Does it come with a roof?');
  const conversationId = await conversationOf('Maya Lindqvist');
  const first = newId();
  await arne.ask('command', {
    id: first,
    command: { kind: 'reply.send', conversationId, text: 'It does.', seenMessageId: asked },
  });
  const { id: answered } = await stateOf(first, 'sent');
  await arne.ask('command', { id: newId(), command: { kind: 'handoff.release', conversationId } });
  await dana.call('reply.send', { conversationId, clientMessageId: newId(), text: 'Yes.', seenMessageId: asked });
  const insists = newId();
  await dana.call('reply.send', {
    ...{ conversationId, clientMessageId: insists },
    ...{ text: 'And with a lamp.', seenMessageId: answered },
  });
  await stateOf(insists, 'sent');
  await dana.call('handoff.release', { conversationId });
}
