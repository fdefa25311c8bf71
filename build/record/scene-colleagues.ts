import { type Cursor, type FeedPage, type HistoryRequest, newId, protocolVersion } from '@transom/shared';
import { until } from '../stack/until.ts';
import type { Played } from './played.ts';
import { thinkAgain } from './scene-second-thoughts.ts';
import { connectScriptDesk, type ScriptDesk } from './script-desk.ts';

type Paired = { readonly deviceToken: string; readonly deviceId: string };
/**
 * Arne answers beside Dana, and his desk also sends what no desk should; Vera is a viewer, and her desk is revoked. Between them they
 * get every refusal that a socket can get.
 */
export async function playColleagues(played: Played): Promise<{ readonly arneToken: string }> {
  const arne = await pair(played, 'agent', 'Arne');
  const vera = await pair(played, 'viewer', 'Vera');
  const arneDesk = await connect(played, 'arne', arne, played.cursor());
  const veraDesk = await connect(played, 'vera', vera, played.cursor());
  await takeTurns(played, arneDesk);
  await thinkAgain(played, arneDesk);
  await collectRefusals(played, arneDesk, veraDesk);
  await lookBack(played, veraDesk);
  await loseVera(played, vera, veraDesk);
  arneDesk.close();
  await connectRefused(played, arne, vera);
  return { arneToken: arne.deviceToken };
}

async function pair({ stage, line, agencyId }: Played, role: string, name: string): Promise<Paired> {
  const { code } = await stage.operate<{ code: string }>('invite', '--agency', agencyId, '--role', role);
  return (await line.call('POST', '/api/devices', { code, name })) as Paired;
}

async function connect(
  { line }: Played,
  name: string,
  { deviceToken }: Paired,
  cursor: Cursor | null,
): Promise<ScriptDesk> {
  const auth = { token: deviceToken, protocol: protocolVersion, cursor };
  const desk = await connectScriptDesk(line.urlFor(name), auth);
  if ('refused' in desk) throw new Error(`${name} was not let in.`);
  return desk;
}

async function takeTurns({ conversationOf, dana, reply, held, stateOf, simulator, cast }: Played, arne: ScriptDesk) {
  const { jonas } = cast.buyers;
  await simulator.writes({ account: jonas.account, buyer: jonas, text: 'Do you install in Bergen, too?' });
  const conversationId = await conversationOf('Jonas Weber');
  await simulator.settled();
  await dana.call('handoff.release', { conversationId });
  await command(arne, { kind: 'handoff.claim', conversationId });
  await held(await reply(conversationId, 'Bergen from April on.'));
  await command(arne, { kind: 'handoff.release', conversationId });
  const answered = newId();
  await command(arne, { kind: 'reply.send', conversationId, text: 'We do, from April on.' }, answered);
  await stateOf(answered, 'sent');
  // Asked again, it gets the first answer. The same id with other words is refused.
  await command(arne, { kind: 'reply.send', conversationId, text: 'We do, from April on.' }, answered);
  await command(arne, { kind: 'reply.send', conversationId, text: 'We do not.' }, answered);
  await command(arne, { kind: 'note.add', conversationId, text: 'Ask Lars about the crane.' });
  await command(arne, { kind: 'handoff.release', conversationId });
}

async function collectRefusals(played: Played, arne: ScriptDesk, vera: ScriptDesk): Promise<void> {
  const { conversationOf, messages, stage, agencyId, account } = played;
  const maya = await conversationOf('Maya Lindqvist');
  const jonas = await conversationOf('Jonas Weber');
  const commentId = (text: string) => messages().find((message) => message.text?.startsWith(text) === true)?.id ?? '';
  const text = 'Hello again.';

  await command(vera, { kind: 'reply.send', conversationId: jonas, text });
  await command(vera, { kind: 'handoff.claim', conversationId: jonas });
  await command(arne, { kind: 'reply.auto', conversationId: jonas, text });
  await command(arne, { kind: 'outreach.send', to: 'somebody', text });
  await command(arne, { kind: 'reply.send', conversationId: jonas });
  await arne.ask('command', 'not an envelope');
  await command(arne, { kind: 'reply.send', conversationId: newId(), text });
  await command(arne, { kind: 'comment.private_reply', commentId: newId(), text });
  await command(arne, { kind: 'reply.send', conversationId: jonas, text: ' ' });
  await command(arne, { kind: 'reply.send', conversationId: jonas, text: 'x'.repeat(2_001) });
  await command(arne, { kind: 'reply.send', conversationId: await conversationOf('Tom Reed'), text });
  await command(arne, { kind: 'reply.send', conversationId: await conversationOf('noor.builds'), text });
  await command(arne, { kind: 'reply.send', conversationId: await conversationOf('Greta Falk'), text });
  await command(arne, { kind: 'comment.private_reply', commentId: commentId('What does this one cost?'), text });
  await command(arne, { kind: 'comment.private_reply', commentId: commentId('Is it still in stock?'), text });
  await command(arne, { kind: 'message.confirm', messageId: newId(), arrived: true });
  await command(arne, { kind: 'handoff.resolve', conversationId: newId() });

  await stage.operate('plan', '--agency', agencyId, '--plan', 'starter');
  await command(arne, { kind: 'reply.send', conversationId: maya, text });
  await stage.operate('plan', '--agency', agencyId, '--plan', 'pro');
  const fjord = await account('Fjord Baths is there', ({ name }) => name === 'Fjord Baths');
  await stage.operate('account', 'remove', '--agency', agencyId, '--account', fjord.id);
  await account('Fjord Baths is gone', ({ id, state }) => id === fjord.id && state === 'disconnected');
  await command(arne, { kind: 'reply.send', conversationId: await conversationOf('Hal Nygaard'), text });
}

/** Older messages of one thread, page by page; and two questions that have no answer. */
async function lookBack({ conversationOf }: Played, vera: ScriptDesk): Promise<void> {
  const conversationId = await conversationOf('Pia Holm');
  let before: HistoryRequest['before'] = null;
  for (let page = 0; page < 2; page += 1) {
    const { messages } = (await vera.ask('history', { conversationId, before, limit: 6 })) as {
      messages: { sentAt: number; id: string }[];
    };
    const oldest = messages.at(-1);
    before = oldest === undefined ? null : { sentAt: oldest.sentAt, id: oldest.id };
  }
  await vera.ask('history', { conversationId: newId(), before: null, limit: 6 });
  await vera.ask('history', { conversationId, before: null, limit: 0 });
  await vera.ask('time');
}

async function loseVera({ stage, agencyId }: Played, { deviceId }: Paired, desk: ScriptDesk): Promise<void> {
  const wiped = new Promise((resolve) => desk.socket.once('wipe', resolve));
  await stage.operate('keys', 'revoke', '--agency', agencyId, '--device', deviceId);
  await wiped;
  desk.close();
}

/** Every reason for refusing a socket. */
async function connectRefused({ line }: Played, arne: Paired, vera: Paired): Promise<void> {
  const known = { token: arne.deviceToken, protocol: protocolVersion, cursor: null };
  for (const auth of [
    { ...known, token: vera.deviceToken },
    { ...known, token: 'a token that was never given' },
    { ...known, protocol: { min: 0, max: 0 } },
    { token: arne.deviceToken },
  ]) {
    const answer = await connectScriptDesk(line.urlFor('stranger'), auth);
    if (!('refused' in answer)) throw new Error('A stranger was let in.');
  }
}

async function command(desk: ScriptDesk, wanted: object, id = newId()): Promise<void> {
  await desk.ask('command', { id, command: wanted });
}

/** A last look after Dana has gone: what the relay has in the end. */
export async function lookAtTheEnd({ line }: Pick<Played, 'line'>, arneToken: string): Promise<void> {
  const auth = { token: arneToken, protocol: protocolVersion, cursor: null };
  const desk = await connectScriptDesk(line.urlFor('arne'), auth);
  if ('refused' in desk) throw new Error('Arne was not let in at the end.');
  await until('Arne has everything', async () => {
    const last = desk.pages.at(-1) as FeedPage | undefined;
    return last?.caughtUp || undefined;
  });
  desk.close();
}
