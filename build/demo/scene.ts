import { newId } from '@transom/shared';
import { connectDesk, type DeskClient } from '../stack/desk-client.ts';
import type { Stack } from '../stack/stack.ts';
import { until } from '../stack/until.ts';

const question =
  'Hi! How much is the 4-person barrel sauna, installed? \u{1F9D6}\u200D\u2640\uFE0F \u0645\u0631\u062D\u0628\u0627';
const answer = 'Hi Maya! It is $6,900 installed. Shall we come by on Friday to look at the spot?';

/** The main job once, without a window: a buyer's message reaches the desk, a person's answer reaches the buyer. True if both did. */
export async function playScene(stack: Stack, say: (line: string) => void): Promise<boolean> {
  const desk = await stack.startDesk({ code: stack.ownerCode });
  const client = await connectDesk(desk.ready.url);
  try {
    const account = stack.accounts.find(({ channel }) => channel === 'instagram');
    if (account === undefined) throw new Error('The stack has no Instagram account.');
    const buyer = await stack.simulator.buyer({ account, name: 'Maya Lindqvist', username: 'maya.lindqvist' });
    await stack.simulator.writes({ account, buyer, text: question });
    say(`scene: Maya writes on Instagram: "${question}"`);

    const conversationId = await until('the message is in the inbox', () => findByPreview(client, question));
    say('scene: her message is at the top of the inbox.');
    const sent = await client.call('reply.send', { conversationId, clientMessageId: newId(), text: answer });
    if (!sent.ok) throw new Error(`The reply was refused: ${sent.refusal.code}`);
    say(`scene: Dana answers: "${answer}"`);

    await until(
      'Meta has the answer',
      async () => (await stack.simulator.delivered({ buyer })).length > 0 || undefined,
    );
    await until('the desk shows it as sent', () => isSent(client, conversationId));
    await stack.simulator.settled();
    const delivered = await stack.simulator.delivered({ buyer });
    const arrivedOnce = delivered.length === 1 && delivered[0]?.text === answer;
    say(
      arrivedOnce
        ? 'scene: Maya has the answer, once. All well.'
        : `scene: Maya got ${delivered.length} messages; one was expected.`,
    );
    return arrivedOnce;
  } catch (error) {
    say(`scene: ${error instanceof Error ? error.message : String(error)}`);
    say(stack.relayLog());
    return false;
  } finally {
    client.close();
  }
}

async function findByPreview(client: DeskClient, text: string): Promise<string | undefined> {
  const { rows } = await client.call('inbox.list', { lane: 'answer', after: null, limit: 50 });
  return rows.find((row) => row.lastMessage?.preview === text)?.id;
}

async function isSent(client: DeskClient, conversationId: string): Promise<true | undefined> {
  const { messages } = await client.call('thread.read', { conversationId, before: null, limit: 20 });
  return messages.some(({ text, state }) => text === answer && state === 'sent') || undefined;
}
