import { type Command, messageSchema, newId, type Refusal, refuse } from '@transom/shared';
import { waitsAtRelay } from './cache/queries/messages.ts';
import type { Store } from './cache/store.ts';
import type { Outcome } from './desk.ts';
import type { Drafts } from './drafts.ts';
import type { Retries } from './retries.ts';
import type { ReadPage } from './sync/apply-page.ts';

/**
 * Replies that a person takes back from the relay. Once the relay has given them up, their words exist nowhere else, and its answer may be
 * lost: so they are on disk here before it is asked, and stay until it is certain what became of them.
 *
 *   noted ──(done, or the feed says that the message is gone)──▶ the words are a draft again, or are dropped
 *     │ ▲
 *     │ └──(no answer, or a passing refusal: asked again with the same id, every minute and at each hello)
 *     ├──(the feed says that it was sent, or failed)──▶ forgotten: its words are in the thread
 *     ├──(refused)──▶ refused: not asked again, unless a person asks again. The feed will tell: somebody else may take it back
 *     └──(this desk is connected to another relay, or to none)──▶ held in the outbox: it may have been sent
 *   refused ──(the desk has everything, and the message is not there)──▶ held in the outbox: it may have been sent
 *
 * A message that is merely missing was not taken back: a snapshot brings only the newest end of a thread, and a thread may be gone.
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
  /** Whether the cache holds what the relay has, as far as a snapshot goes. */
  readonly isCaughtUp: () => boolean;
  readonly ask: (command: Command, id: string) => Promise<Outcome>;
  readonly retries: Retries;
  readonly outboxChanged: () => void;
  readonly failed: (error: unknown) => void;
}) {
  const { store, drafts, retries } = options;
  /** Ids of messages that were taken back since the start, for calls that still wait for an answer: few, so all are kept. */
  const takenBack = new Set<string>();

  async function ask(messageId: string): Promise<Outcome> {
    const noted = store.local.withdrawal(messageId);
    if (noted === null) return { ok: true };
    const asker = store.local.device();
    const outcome = await options.ask({ kind: 'reply.withdraw', messageId }, noted.commandId);
    if (outcome.ok) {
      // The relay has done it, even if another program holds the file at this moment: the words follow.
      retries.run(`take back ${messageId}`, () => end(messageId, true));
      return outcome;
    }
    const isPassing = passing.has(outcome.refusal.code);
    if (!isPassing) retries.run(`take back ${messageId}`, () => refused(messageId, noted.commandId));
    if (takenBack.has(messageId)) return { ok: true };
    if (store.local.withdrawal(messageId) !== null)
      return isPassing
        ? { ok: false, refusal: refuse(noted.isKept ? 'not_stored.withdrawing_kept' : 'not_stored.withdrawing') }
        : outcome;
    // It ended while the relay was asked, without being taken back.
    if (store.messages.read(messageId) !== null)
      return isPassing ? { ok: false, refusal: refuse('not_withdrawable.left_meanwhile') } : outcome;
    return { ok: false, refusal: store.local.device() === asker ? outOfSight : cutOffMeanwhile };
  }

  /** The refusal is final for this command. A person may have asked with another one since. */
  function refused(messageId: string, commandId: string): void {
    const noted = store.local.withdrawal(messageId);
    if (noted?.commandId !== commandId) return;
    store.local.noteWithdrawal({ ...noted, isRefused: true });
    settle(messageId);
  }

  /** After a refusal. */
  function settle(messageId: string): void {
    const message = store.messages.read(messageId);
    if (message !== null && !waitsAtRelay(message)) end(messageId, false);
    if (message !== null || !options.isCaughtUp() || store.feed.cursor() === null) return;
    store.local.inOneCommit(() => {
      hold(store, messageId, outOfSight);
      store.local.whenCommitted(options.outboxChanged);
    });
  }

  function end(messageId: string, isTakenBack: boolean): void {
    store.local.inOneCommit(() => {
      const noted = store.local.withdrawal(messageId);
      if (noted === null) return;
      if (isTakenBack && noted.isKept) drafts.giveBack(noted, noted.text);
      store.local.forgetWithdrawal(messageId);
    });
    if (isTakenBack) takenBack.add(messageId);
  }

  return {
    async withdraw(messageId: string, isKept: boolean): Promise<Outcome> {
      const noted = store.local.withdrawal(messageId);
      const message = store.messages.read(messageId);
      if (noted === null && message === null) return { ok: false, refusal: refuse('not_withdrawable.no_longer_there') };
      if (noted?.isRefused !== false && !options.isReady())
        return { ok: false, refusal: refuse('not_stored.not_withdrawn') };
      if (noted !== null)
        store.local.noteWithdrawal({
          ...noted,
          commandId: noted.isRefused ? newId() : noted.commandId,
          isKept,
          isRefused: false,
        });
      else if (message !== null)
        store.local.noteWithdrawal({
          messageId,
          commandId: newId(),
          conversationId: message.conversationId,
          tab: message.kind === 'private_reply' ? 'private_reply' : 'reply',
          commentId: message.kind === 'private_reply' ? message.replyTo : null,
          text: message.text ?? '',
          isKept,
          isRefused: false,
        });
      return ask(messageId);
    },
    /** At each hello, and every minute while the desk is live. */
    askAgain(): void {
      for (const messageId of store.local.withdrawals())
        if (store.local.withdrawal(messageId)?.isRefused === false) ask(messageId).catch(options.failed);
    },
    /** The desk has everything: what the relay did not give back is in the cache now, or nobody knows what became of it. */
    settle(): void {
      for (const messageId of store.local.withdrawals())
        if (store.local.withdrawal(messageId)?.isRefused === true) settle(messageId);
    },
    /** Called before a page is applied, because the two files do not commit together, and an applied page is not sent again. */
    hear(page: ReadPage): void {
      const noted = new Set(store.local.withdrawals());
      if (noted.size === 0) return;
      for (const { entity, id, document } of page.changes) {
        if (entity !== 'message' || !noted.has(id)) continue;
        const message = messageSchema.safeParse(document);
        if (document === null && page.kind === 'changes') end(id, true);
        // Between two tries a message that was `sending` is `queued` again, and can be taken back.
        else if (message.success && !waitsAtRelay(message.data)) end(id, false);
      }
    },
  };
}

/**
 * This device becomes another one, or nobody: the relay that was asked will no longer answer, and may still send the reply. So its words
 * are held with that reason: as a draft they would look unsent. Part of the commit in which the device changes.
 */
export function holdWithdrawn(store: Store): void {
  for (const messageId of store.local.withdrawals()) hold(store, messageId, cutOffMeanwhile);
}

/** Moves words that are to be kept to the outbox, where people see them with the reason. Part of a commit. */
function hold(store: Store, messageId: string, why: Refusal): void {
  const noted = store.local.withdrawal(messageId);
  if (noted === null) return;
  const { conversationId, tab, commentId, text } = noted;
  // The person who took it back had seen it. What somebody else answered later is reported when it is sent again.
  const about = { conversationId, tab, commentId, text, seenMessageId: messageId };
  if (noted.isKept) store.outbox.addHeld({ ...about, createdAt: store.feed.lastServerNow() }, why);
  store.local.forgetWithdrawal(messageId);
}

const cutOffMeanwhile = refuse('unauthorized.cut_off_withdrawing');
const outOfSight = refuse('not_withdrawable.out_of_sight');
