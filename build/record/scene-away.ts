import { newId } from '@transom/shared';
import { until } from '../stack/until.ts';
import type { Played } from './played.ts';

/** Dana's connection is cut; meanwhile messages arrive and somebody is erased. Then her desk reconnects with its cursor. */
export async function playAway(played: Played): Promise<void> {
  const { line, dana, simulator, cast, stage, agencyId, textArrives, conversationOf, message, reply, held, answered } =
    played;
  const { maya, erased, kofi } = cast.buyers;
  await simulator.writes({ account: erased.account, buyer: erased, text: 'My number is 55 01 02 03.' });
  await textArrives('My number is 55 01 02 03.');

  line.cut();
  await lampIs(played, 'offline');
  await simulator.writes({ account: maya.account, buyer: maya, text: 'Are you there?' });
  await simulator.writes({ account: erased.account, buyer: erased, text: 'Call me after five.' });
  await simulator.writes({ account: kofi.account, buyer: kofi, text: 'Until Friday is fine.' });
  await simulator.settled();
  await stage.operate('erase', '--agency', agencyId, '--contact', erased.id);
  const mayaId = await conversationOf('Maya Lindqvist');
  await dana.call('reply.send', { conversationId: mayaId, clientMessageId: newId(), text: 'Now I am, Maya.' });
  line.mend();
  await lampIs(played, 'live');
  const sent = await message(
    'the queued reply went out',
    ({ text, state }) => text === 'Now I am, Maya.' && state === 'sent',
  );
  await simulator.reacts({ account: maya.account, buyer: maya, nativeMessageId: sent.nativeMessageId ?? '' });
  await message('a reaction stands at the end', ({ id, reaction }) => id === sent.id && reaction !== null);
  await textArrives('Until Friday is fine.');

  // What a desk keeps when it is switched off: refused, accepted and unsent replies, drafts, seen marks.
  await simulator.fault({ kind: 'graph_throttled', times: 1, account: cast.alder, regainAccessMinutes: 5 });
  await reply(await conversationOf('Ines Duarte'), 'Shall I send the drawing?');
  await message('the account is asked to wait', ({ failure }) => failure?.code === 'throttled');
  await held(await reply(await conversationOf('Hal Nygaard'), 'It is 3,100, Hal.'));
  await dana.call('thread.seen', { conversationId: await conversationOf('Kofi Mensah') });
  await dana.call('draft.put', { conversationId: mayaId, tab: 'reply', text: 'Shall we say', baseRev: 0 });
  await dana.call('draft.put', {
    conversationId: await conversationOf('Pia Holm'),
    tab: 'reply',
    text: 'Dear Pia, \u{1F9D6}',
    baseRev: 0,
  });
  await simulator.settled();
  line.dropPages();
  await answered(await reply(await conversationOf('Wei Zhang'), 'Bring the measures.'));
  line.cut();
  await lampIs(played, 'offline');
  await reply(mayaId, 'Friday at four?');
  await dana.call('note.add', { conversationId: mayaId, clientMessageId: newId(), text: 'Prefers the phone.' });
}

async function lampIs({ dana }: Played, relay: 'offline' | 'live'): Promise<void> {
  await until(`the lamp says ${relay}`, async () => {
    const { connection } = await dana.call('session.get', {});
    return connection.relay === relay || undefined;
  });
}
