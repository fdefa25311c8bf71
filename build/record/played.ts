import type { Account, Change, CommandEnvelope, Conversation, Cursor, FeedPage, Message } from '@transom/shared';
import { newId } from '@transom/shared';
import type { DeskClient } from '../stack/desk-client.ts';
import { until } from '../stack/until.ts';
import type { Eavesdropper } from './eavesdrop.ts';
import type { Entry } from './packets.ts';
import type { Stage } from './stage.ts';

/** What the recording's scenes share: Dana's desk, and what it has received so far. */
export type Played = Awaited<ReturnType<typeof takePlace>>;

export async function takePlace(stage: Stage, line: Eavesdropper, dana: DeskClient, agencyId: string) {
  /** The newest document of each thing that was sent to Dana's desk. */
  function told<Document extends { id: string }>(entity: Change['entity']): Document[] {
    const newest = new Map<string, Document>();
    for (const { connection, from, ...packet } of line.entries) {
      if (!connection.startsWith('dana') || from !== 'relay' || packet.kind !== 'event' || packet.event !== 'page')
        continue;
      for (const change of (packet.args[0] as FeedPage).changes) {
        if (change.entity !== entity) continue;
        if (change.document === null) newest.delete(change.id);
        else newest.set(change.id, change.document as unknown as Document);
      }
    }
    return [...newest.values()];
  }
  /** The position of Dana's desk in the feed. */
  function cursor(): Cursor | null {
    const pages = line.entries.flatMap((entry) =>
      entry.connection.startsWith('dana') && entry.kind === 'event' && entry.event === 'page'
        ? [entry.args[0] as FeedPage]
        : [],
    );
    const last = pages.findLast(({ toSeq }) => toSeq !== null);
    return last === undefined || last.toSeq === null ? null : { epoch: last.epoch, seq: last.toSeq };
  }
  const messages = () => told<Message>('message');
  const conversations = () => told<Conversation>('conversation');
  const accounts = () => told<Account>('account');

  function message(what: string, is: (message: Message) => boolean): Promise<Message> {
    return until(what, async () => messages().findLast(is), 60_000);
  }
  function conversationOf(name: string): Promise<string> {
    return until(
      `${name} is in the inbox`,
      async () => conversations().find(({ contact }) => contact.name === name || contact.username === name)?.id,
    );
  }
  return {
    stage,
    line,
    dana,
    agencyId,
    simulator: stage.simulator,
    cast: stage.cast,
    cursor,
    messages,
    conversations,
    accounts,
    message,
    conversationOf,
    textArrives: (text: string) => message(`"${text}" is at the desk`, (candidate) => candidate.text === text),
    stateOf: (id: string, state: Message['state']) =>
      message(`${id} is ${state}`, (candidate) => candidate.clientMessageId === id && candidate.state === state),
    async reply(conversationId: string, text: string): Promise<string> {
      const clientMessageId = newId();
      await dana.call('reply.send', { conversationId, clientMessageId, text });
      return clientMessageId;
    },
    /** Waits until the relay refuses what was sent under this id; the text stays at the desk. */
    held: (id: string) =>
      until(`${id} is held`, async () => {
        const { items } = await dana.call('outbox.list', {});
        return items.find(({ clientMessageId, state }) => clientMessageId === id && state === 'held');
      }),
    /** Waits until the relay's answer to this command has passed through on its way to the desk. */
    answered: (id: string) =>
      until(`${id} is answered`, async () => {
        const asked = line.entries.find(
          (entry) =>
            entry.kind === 'event' && entry.event === 'command' && (entry.args[0] as CommandEnvelope).id === id,
        );
        if (asked?.kind !== 'event') return undefined;
        const isAnswer = (entry: Entry) =>
          entry.kind === 'answer' && entry.from === 'relay' && entry.connection === asked.connection;
        return line.entries.some((entry) => isAnswer(entry) && 'ask' in entry && entry.ask === asked.ask) || undefined;
      }),
    account: (what: string, is: (account: Account) => boolean) => until(what, async () => accounts().find(is)),
  };
}
