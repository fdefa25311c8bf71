import { type Command, messageSchema, newId, type Refusal, refuse } from '@transom/shared';
import { waitsAtRelay } from './cache/queries/messages.ts';
import type { Store } from './cache/store.ts';
import type { Outcome } from './desk.ts';
import type { Drafts } from './drafts.ts';
import type { ReadPage } from './sync/apply-page.ts';

/**
 * Replies that a person takes back from the relay. The words exist nowhere else once it has done so, and its answer may be lost: so they are
 * on disk here before it is asked, and stay until it is certain what became of them.
 *
 *   noted ──(done, or the feed says that the message is gone)──▶ the words are a draft again, or are dropped
 *     ├──(the feed says that it went out, or failed)──▶ forgotten: its words stand in the thread
 *     ├──(no answer, or one for the moment)──▶ asked again with the same id, every minute and at each hello
 *     ├──(refused)──▶ noted: the relay may have carried it out before, or somebody else did. The feed will tell
 *     └──(this desk is connected to another relay, or to none)──▶ held in the outbox: it may have gone out
 */
/** Refusals that say nothing about the message. */
const passing: ReadonlySet<Refusal['code']> = new Set([
  'not_stored',
  'too_many_attempts',
  'internal_error',
  'unauthorized',
]);

export type Withdrawals = ReturnType<typeof createWithdrawals>;

export function createWithdrawals(options: {
  readonly store: Store;
  readonly drafts: Drafts;
  readonly isReady: () => boolean;
  readonly ask: (command: Command, id: string) => Promise<Outcome>;
  readonly failed: (error: unknown) => void;
}) {
  const { store, drafts } = options;
  /** Refused for good: asked again only when a person asks again. */
  const refused = new Set<string>();

  async function ask(messageId: string): Promise<Outcome> {
    const noted = store.local.withdrawal(messageId);
    if (noted === null) return { ok: true };
    const outcome = await options.ask({ kind: 'reply.withdraw', messageId }, noted.commandId);
    if (outcome.ok) end(messageId, true);
    const isPassing = !outcome.ok && passing.has(outcome.refusal.code);
    if (!outcome.ok && !isPassing) settleByCache(messageId);
    const left = store.local.withdrawal(messageId);
    if (outcome.ok || (left === null && store.messages.read(messageId) === null)) return { ok: true };
    if (isPassing) return { ok: false, refusal: refuse('not_stored', notYet(noted.isKept)) };
    if (left !== null) refused.add(messageId);
    return outcome;
  }

  /** After a refusal. A message that is missing although nobody told that it is gone went away before a snapshot. */
  function settleByCache(messageId: string): void {
    const message = store.messages.read(messageId);
    if (message !== null && !waitsAtRelay(message)) end(messageId, false);
    if (message === null && store.feed.cursor() !== null) end(messageId, true);
  }

  function end(messageId: string, isTakenBack: boolean): void {
    store.local.inOneCommit(() => {
      const noted = store.local.withdrawal(messageId);
      if (noted === null) return;
      if (isTakenBack && noted.isKept) drafts.giveBack(noted, noted.text);
      store.local.forgetWithdrawal(messageId);
    });
    refused.delete(messageId);
  }

  return {
    async withdraw(messageId: string, isKept: boolean): Promise<Outcome> {
      const noted = store.local.withdrawal(messageId);
      const message = store.messages.read(messageId);
      if (noted !== null) store.local.noteWithdrawal({ ...noted, isKept });
      else if (message === null) return { ok: false, refusal: refuse('not_withdrawable', gone) };
      else if (!options.isReady()) return { ok: false, refusal: refuse('not_stored', noConnection) };
      else
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
    /** At each hello, and now and then while the relay is there. */
    askAgain(): void {
      for (const messageId of store.local.withdrawals())
        if (refused.has(messageId)) settleByCache(messageId);
        else ask(messageId).catch(options.failed);
    },
    /** A page is about to be applied. Before that, because the two files do not commit together, and an applied page does not come again. */
    hear(page: ReadPage): void {
      const noted = new Set(store.local.withdrawals());
      if (noted.size === 0) return;
      for (const { entity, id, document } of page.changes) {
        if (entity !== 'message' || !noted.has(id)) continue;
        const message = messageSchema.safeParse(document);
        if (document === null) end(id, true);
        // Between two tries what is being sent is queued again, and can be taken back.
        else if (message.success && !waitsAtRelay(message.data)) end(id, false);
      }
    },
  };
}

/**
 * This device becomes another one, or nobody: the relay that was asked will no longer answer, and may still send the reply. So its words are held
 * with that said: as a draft they would look like words that nobody has sent. Part of the commit in which the device changes.
 */
export function holdWithdrawn(store: Store): void {
  for (const messageId of store.local.withdrawals()) {
    const noted = store.local.withdrawal(messageId);
    if (noted?.isKept === true)
      store.outbox.addHeld({ ...noted, kind: noted.tab, createdAt: store.feed.lastServerNow() }, cutOffMeanwhile);
    store.local.forgetWithdrawal(messageId);
  }
}

const cutOffMeanwhile = refuse(
  'unauthorized',
  'This computer was disconnected from the relay while this reply was being taken back, so it may have gone out. Check whether it arrived before you send it again.',
);
const gone = 'This reply no longer exists. Somebody may have taken it back already.';
const noConnection = 'There is no connection to the relay, so the reply could not be taken back. Nothing was changed.';
const notYet = (isKept: boolean): string =>
  `The relay has not confirmed yet that the reply was taken back, so it may still go out. Transom keeps asking${isKept ? ', and puts the words back into the field once it is taken back' : ''}.`;
