import { type Command, newId, type Refusal, refuse } from '@transom/shared';
import type { Store } from './cache/store.ts';
import type { Outcome } from './desk.ts';
import type { Drafts } from './drafts.ts';

/**
 * Replies that a person takes back from the relay. The words exist nowhere else once it has done so, and its answer may be lost: so they are
 * on disk here before it is asked.
 *
 *   noted ──(done)──▶ the words are a draft again, or are dropped
 *     ├──(refused)──▶ forgotten: the reply goes out, and its words stand in the thread
 *     └──(no answer)──▶ asked again with the same id at the next hello
 */
export function createWithdrawals(options: {
  readonly store: Store;
  readonly drafts: Drafts;
  readonly isReady: () => boolean;
  readonly ask: (command: Command, id: string) => Promise<Outcome>;
  readonly failed: (error: unknown) => void;
}) {
  const { store, drafts } = options;

  async function ask(messageId: string): Promise<Outcome> {
    const noted = store.local.withdrawal(messageId);
    if (noted === null) return { ok: true };
    const outcome = await options.ask({ kind: 'reply.withdraw', messageId }, noted.commandId);
    // It may have been done: only the relay knows.
    if (!outcome.ok && outcome.refusal.code === 'not_stored') return { ok: false, refusal: notAnswered };
    end(messageId, outcome.ok);
    return outcome;
  }

  function end(messageId: string, isWithdrawn: boolean): void {
    store.local.inOneCommit(() => {
      const noted = store.local.withdrawal(messageId);
      if (noted === null) return;
      if (isWithdrawn && noted.isKept) drafts.giveBack(noted, noted.text);
      store.local.forgetWithdrawal(messageId);
    });
  }

  return {
    async withdraw(messageId: string, isKept: boolean): Promise<Outcome> {
      const message = store.messages.read(messageId);
      if (message === null) return { ok: false, refusal: refuse('not_withdrawable', gone) };
      if (!options.isReady()) return { ok: false, refusal: refuse('not_stored', noConnection) };
      store.local.noteWithdrawal({
        messageId,
        commandId: newId(),
        conversationId: message.conversationId,
        tab: message.kind === 'private_reply' ? 'private_reply' : 'reply',
        text: message.text ?? '',
        isKept,
      });
      return ask(messageId);
    },
    /** The relay said hello. */
    resume(): void {
      for (const messageId of store.local.withdrawals()) ask(messageId).catch(options.failed);
    },
    /** This desk is forgotten: nobody will answer any more. */
    giveUp(): void {
      for (const messageId of store.local.withdrawals()) end(messageId, true);
    },
  };
}

const gone = 'There is no such reply any more. Somebody may have taken it back already.';
const noConnection = 'There is no connection to the relay, so the reply could not be taken back. Nothing was changed.';
const notAnswered: Refusal = refuse(
  'not_stored',
  'The relay has not answered yet. If the reply could still be taken back, its words come back into the field as soon as it has.',
);
