import type { Alerts } from '../alerts.ts';
import type { Store } from '../cache/store.ts';
import type { Emit } from '../desk.ts';
import type { Drafts } from '../drafts.ts';
import type { Eyes } from '../eyes.ts';
import { markSeen } from '../mark-seen.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Retries } from '../retries.ts';
import type { Upkeep } from '../upkeep.ts';
import type { Withdrawals } from '../withdrawals.ts';
import { type Applied, applyPage, type ReadPage } from './apply-page.ts';
import { forgetErasedPeople, takenBack, tookWordsAway } from './erased-people.ts';
import { mergedConversations } from './merged-conversations.ts';

/**
 * A page of the feed changes local.db first (what it takes away must be gone there too, and an applied page is not sent again), then the
 * cache; then outbox, alerts and windows are told.
 */
const rowsQuicklyErased = 20_000;

export function takeInPages(desk: {
  readonly store: Store;
  readonly emit: Emit;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly withdrawals: Withdrawals;
  readonly alerts: Alerts;
  readonly eyes: Eyes;
  readonly upkeep: Upkeep;
  readonly retries: Retries;
  /** Tells windows what an applied page changed. */
  readonly tellWindows: (page: ReadPage, applied: Applied) => void;
  readonly tellWaiting: () => void;
  readonly holdOutOfReach: () => void;
  readonly settleAccepted: () => void;
  readonly settleWithdrawals: () => void;
  readonly eraseCache: () => void;
  /** One step of several: what it throws is reported and does not stop the others. */
  readonly attempt: (step: () => void) => void;
}) {
  const { store, outbox, drafts, withdrawals, alerts, eyes, upkeep, retries, attempt } = desk;

  function beforeItIsApplied(page: ReadPage): void {
    for (const { from, into } of mergedConversations(store, page)) {
      drafts.move(from, into);
      outbox.moved(from, into);
    }
    const { erased, drafts: emptied } = forgetErasedPeople(store, page);
    for (const each of emptied) desk.emit('draft', each);
    if (erased.length > 0) {
      outbox.forgetPeople(erased);
      alerts.forgetThreads(erased);
    }
    withdrawals.hear(page);
    outbox.forgetTakenBack(takenBack(page));
  }

  return {
    /** Null when it does not follow the cursor, or must be sent again. */
    apply(page: ReadPage, snapshotOpen: boolean, version: number): Applied | null {
      beforeItIsApplied(page);
      if (page.kind === 'snapshot' && page.first && store.size() > rowsQuicklyErased) {
        // Emptying a large cache would rewrite the whole file, so it is replaced. The relay sends this page again.
        desk.eraseCache();
        return null;
      }
      const applied = applyPage(store, page, snapshotOpen, version);
      if (tookWordsAway(page)) upkeep.wordsWereErased();
      return applied;
    },
    tell(page: ReadPage, applied: Applied): void {
      const known = applied.messages.flatMap(({ clientMessageId }) => clientMessageId ?? []);
      if (known.length > 0)
        retries.run(
          'settle the outbox',
          () => outbox.settle(known),
          () => outbox.settleKnown(),
        );
      attempt(() => outbox.settleDone(applied.conversations.map(({ id }) => id)));
      attempt(() => (page.kind === 'changes' ? alerts.gather(applied.conversations) : alerts.forgetGathered()));
      attempt(() => alerts.forgetThreads(applied.goneConversations));
      // Before windows are told: what somebody is looking at arrives as read.
      attempt(() => {
        for (const { id } of applied.conversations) if (eyes.areOn(id)) markSeen(store, id);
      });
      attempt(() => desk.tellWindows(page, applied));
      attempt(desk.tellWaiting);
      if (!page.caughtUp) return;
      // Not earlier: a later page may say into which conversation one that is gone was merged.
      if (applied.goneConversations.length > 0) desk.holdOutOfReach();
      desk.settleAccepted();
      desk.settleWithdrawals();
      upkeep.soon();
      attempt(() => alerts.release());
    },
  };
}
