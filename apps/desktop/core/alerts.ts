import { because, type Conversation, conversationSchema, minuteMs, type Person, type Reason } from '@transom/shared';
import {
  closingSoonMs,
  connectionNotificationId,
  decideBadge,
  decideGroup,
  decideNotification,
  groupNotificationId,
  isSettled,
  type Occasion,
  type Shown,
} from './attention.ts';
import type { Store } from './cache/store.ts';
import { readStored } from './cache/stored-document.ts';
import type { HostPorts, Log, Notification } from './ports.ts';
import type { ConversationChange } from './sync/apply-page.ts';

/**
 * Carries out what `attention.ts` decides. Changes are gathered until the feed has caught up, so that a desk that was away
 * reports the current state, and only once.
 */
const brokenAfterMs = 5 * minuteMs;
const maxClosing = 50;

export type Alerts = ReturnType<typeof createAlerts>;

export function createAlerts(options: {
  readonly store: Store;
  readonly host: HostPorts;
  readonly person: () => Person | null;
  /** The relay's time, or the last one that it reported. */
  readonly now: () => number;
  /** Whether somebody is looking at this conversation now: then no alert is needed. */
  readonly isBeforeEyes: (conversationId: string) => boolean;
  readonly log: Log;
}) {
  const { store, host } = options;
  const gathered = new Map<string, Conversation | null>();
  const open = new Set<string>();
  /** Conversations that the group notification covers and that still wait. */
  const grouped = new Set<string>();
  let shown: readonly Shown[] = [];
  let badge = -1;
  let brokenSince: number | null = null;
  let saidBroken = false;

  /** Decides about all of them before showing any, so that what arrived together is announced once. */
  function raise(...occasions: readonly Occasion[]): void {
    const person = options.person();
    if (person === null) return;
    const toShow = new Map<string, Notification>();
    for (const occasion of occasions) {
      const wanted = decideNotification(occasion, person, options.now());
      if (wanted === null) continue;
      const group = decideGroup(shown, wanted, performance.now());
      shown = group.shown;
      for (const id of group.close) {
        grouped.add(id);
        toShow.delete(id);
        closeOne(id);
      }
      toShow.set(group.show.id, group.show);
    }
    for (const notification of toShow.values()) show(notification);
  }

  function show(notification: Notification): void {
    open.add(notification.id);
    host.notify(notification).then(
      (result) =>
        result.ok ||
        options.log('warn', 'a notification was not shown', { code: result.refusal.reason ?? result.refusal.code }),
      () => options.log('warn', 'a notification was not shown', {}),
    );
  }

  function closeOne(id: string): void {
    if (open.delete(id)) host.closeNotification(id);
  }

  /** Nothing is left to say about this conversation. Once that is true of all in the group, its notification closes too. */
  function settle(id: string): void {
    closeOne(id);
    if (grouped.delete(id) && grouped.size === 0) closeOne(groupNotificationId);
  }

  function countNeedingAnswer(now: number): number {
    const { closing, answer } = store.conversations.countLanes(now);
    return closing + answer;
  }

  function showBadge(): void {
    const person = options.person();
    const now = options.now();
    const count =
      person === null
        ? 0
        : decideBadge({
            needAnswer: countNeedingAnswer(now),
            heldByOthers: store.conversations.countHeldByOthers(person.id, now),
          });
    if (count !== badge) host.setBadge(count);
    badge = count;
  }

  return {
    gather(changes: readonly ConversationChange[]): void {
      for (const { id, before } of changes) {
        if (!gathered.has(id)) gathered.set(id, before === null ? null : readStored(conversationSchema, before));
      }
    },
    /** A snapshot says nothing about what is new. */
    forgetGathered: () => gathered.clear(),
    /** The feed has caught up. */
    release(): void {
      const person = options.person();
      const occasions: Occasion[] = [];
      for (const [id, before] of gathered) {
        const after = store.conversations.read(id);
        if (after === null || (person !== null && isSettled(after, person, options.now()))) settle(id);
        else if (!options.isBeforeEyes(id)) occasions.push({ kind: 'conversation', before, after });
      }
      gathered.clear();
      raise(...occasions);
      showBadge();
    },
    /** About once a minute: windows that are about to close, and a connection that stays broken. */
    tick(): void {
      const now = options.now();
      // A person who can see the countdown is warned only once they look away.
      const closing = store.conversations
        .listClosing(now, now + closingSoonMs, maxClosing)
        .filter(({ conversation }) => !options.isBeforeEyes(conversation.id));
      if (closing.length > 0) store.local.markWarned(closing);
      raise(
        ...closing.map(
          ({ conversation, openUntil }): Occasion => ({
            kind: 'closing',
            conversation,
            remainingMs: openUntil - now,
          }),
        ),
      );
      store.local.forgetWarnings(now);
      if (brokenSince !== null && !saidBroken && performance.now() - brokenSince >= brokenAfterMs) {
        saidBroken = true;
        raise({
          kind: 'connection',
          reason: because('connection_lost', { minutes: brokenAfterMs / minuteMs }),
        });
      }
      showBadge();
    },
    connectionChanged(works: boolean, refusedBecause: Reason | null): void {
      if (works) {
        brokenSince = null;
        saidBroken = false;
        closeOne(connectionNotificationId);
        return;
      }
      brokenSince ??= performance.now();
      if (refusedBecause === null || saidBroken) return;
      saidBroken = true;
      raise({ kind: 'connection', reason: refusedBecause });
    },
    showBadge,
    seen: settle,
    /** These conversations are gone, or the people behind them were erased. */
    forgetThreads: (conversationIds: readonly string[]) => conversationIds.forEach(settle),
    /** This desk no longer knows anybody: no badge, nothing shown. */
    clear(): void {
      gathered.clear();
      grouped.clear();
      for (const id of [...open]) closeOne(id);
      showBadge();
    },
  };
}
