import {
  type CommandAnswer,
  type HistoryAnswer,
  historyRequestSchema,
  readCommandEnvelope,
  refuse,
} from '@transom/shared';
import type { Actor } from '../inbox/actor.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { readConversation } from '../ledger/documents/conversation.ts';
import { pageOfMessages } from '../ledger/documents/message.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/port.ts';
import { explainTrouble } from '../store/trouble.ts';

type Deps = { readonly store: Store; readonly inbox: Inbox; readonly log: Logger };

/** A command from a desk. It is always answered, so that the desk's outbox knows what to do next. */
export async function answerCommand({ inbox, log }: Deps, actor: Actor, input: unknown): Promise<CommandAnswer> {
  const read = readCommandEnvelope(input);
  if (!read.ok) return read;
  try {
    return await inbox.perform(actor, read.envelope);
  } catch (error) {
    const trouble = explainTrouble(error);
    log.error({ commandId: read.envelope.id, ...trouble.logged }, 'a command could not be carried out');
    return { ok: false, refusal: trouble.refusal };
  }
}

/** Older messages of one thread, for somebody who scrolls back further than the desk's cache reaches. */
export async function answerHistory({ store, log }: Deps, actor: Actor, input: unknown): Promise<HistoryAnswer> {
  const request = historyRequestSchema.safeParse(input);
  if (!request.success) return { ok: false, refusal: refuse('invalid_request') };
  const { conversationId, before, limit } = request.data;
  try {
    return await store.forAgency(actor.agencyId).read(async (tx) => {
      const head = await tx.get<{ seq: number }>(`select seq from agencies where id = :agency`);
      if ((await readConversation(tx, conversationId, 0)) === null) return { ok: false, refusal: refuse('not_found') };
      return { ok: true, ...(await pageOfMessages(tx, conversationId, before, limit, head?.seq ?? 0)) };
    });
  } catch (error) {
    const trouble = explainTrouble(error);
    log.error({ conversationId, ...trouble.logged }, 'history could not be read');
    return { ok: false, refusal: trouble.refusal };
  }
}
