import type { Account } from '../truth/accounts.ts';

/** One thing that happened, not yet in an envelope. `item` is a member of `messaging[]` or `changes[]`. */
export type WebhookEvent = {
  readonly account: Account;
  readonly container: 'messaging' | 'changes';
  readonly item: object;
  /** Instagram comments carry no time of their own, so `entry.time` has to be the comment's. */
  readonly entryAt: number | null;
};

export function messagingEvent(
  account: Account,
  senderId: string,
  recipientId: string,
  at: number,
  content: object,
): WebhookEvent {
  const item = { sender: { id: senderId }, recipient: { id: recipientId }, timestamp: at, ...content };
  return { account, container: 'messaging', item, entryAt: null };
}

export function changeEvent(account: Account, field: string, value: object, at: number): WebhookEvent {
  return {
    account,
    container: 'changes',
    item: { field, value },
    entryAt: account.channel === 'instagram' ? at : null,
  };
}

/** The body of one POST. All events must be from one channel; adjacent ones of the same account share an entry. */
export function envelopeOf(events: readonly WebhookEvent[], now: number): object {
  const entries: { id: string; time: number; messaging?: object[]; changes?: object[] }[] = [];
  let previous: WebhookEvent | null = null;
  for (const event of events) {
    const last = entries.at(-1);
    const joins =
      previous?.account === event.account &&
      previous.container === event.container &&
      previous.entryAt === event.entryAt;
    if (joins && last !== undefined) last[event.container]?.push(event.item);
    else entries.push({ id: event.account.nativeId, time: entryTime(event, now), [event.container]: [event.item] });
    previous = event;
  }
  return { object: events[0]?.account.channel === 'facebook' ? 'page' : 'instagram', entry: entries };
}

/** Meta mixes units: `entry.time` is milliseconds with `messaging` and seconds with `changes`. */
function entryTime(event: WebhookEvent, now: number): number {
  const at = event.entryAt ?? now;
  return event.container === 'messaging' ? at : Math.floor(at / 1_000);
}
