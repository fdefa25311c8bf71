import type { PublicAccount } from './control.ts';
import type { Fault } from './faults.ts';
import type { SimulatedChannel } from './truth/accounts.ts';
import type { ActAnswer, ActKind, ActOf } from './truth/acts.ts';
import type { Delivered } from './truth/truth.ts';
import type { WebhookLogEntry } from './webhooks/outbox.ts';
import type { WorldName } from './worlds/worlds.ts';

/** Accounts and buyers are named by their native id; the objects that the client returns are accepted as well. */
export type AccountName = string | { readonly nativeId: string };
export type BuyerName = string | { readonly id: string };
export type SimulatedBuyer = {
  readonly id: string;
  readonly name: string;
  readonly username: string | null;
  readonly conversationId: string;
};
/** `sentAt`: when it happened, by the simulator's clock; now unless told otherwise. */
type ByBuyer = { readonly account: AccountName; readonly buyer: BuyerName; readonly sentAt?: number | undefined };
type Doing<Kind extends ActKind> = ByBuyer & Omit<ActOf<Kind>, 'kind'>;
type MessageMade = { nativeMessageId: string };

/** Drives a simulator over HTTP, even in another process. A failed call rejects with the simulator's own sentence. */
export class SimulatorClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url.replace(/\/+$/, '');
  }

  accounts(): Promise<PublicAccount[]> {
    return this.#ask('accounts');
  }
  addAccount(account: {
    channel: SimulatedChannel;
    name: string;
    username?: string;
    humanAgentApproved?: boolean;
  }): Promise<PublicAccount> {
    return this.#ask('add-account', account);
  }
  /** Sends webhooks to `${relayUrl}/api/webhooks/{instagram,facebook}`, waiting ones included. `concurrency`: POSTs at a time. */
  async setTarget(relayUrl: string, { concurrency }: { concurrency?: number } = {}): Promise<void> {
    await this.#ask('set-target', { url: relayUrl, concurrency });
  }
  buyer({
    account,
    name,
    username,
  }: {
    account: AccountName;
    name: string;
    username?: string;
  }): Promise<SimulatedBuyer> {
    return this.#ask('buyer', { account: idOf(account), name, username });
  }

  writes = (given: Doing<'writes'>) => this.#makesMessage('writes', given);
  sendsAttachment = (given: Doing<'sendsAttachment'>) => this.#makesMessage('sendsAttachment', given);
  sendsUnsupported = (given: Doing<'sendsUnsupported'>) => this.#makesMessage('sendsUnsupported', given);
  repliesToStory = (given: Doing<'repliesToStory'>) => this.#makesMessage('repliesToStory', given);
  mentionsInStory = (given: Doing<'mentionsInStory'>) => this.#makesMessage('mentionsInStory', given);
  taps = (given: Doing<'taps'>) => this.#makesMessage('taps', given);
  reacts = (given: Doing<'reacts'>) => this.#makesMessage('reacts', given);
  unsends = (given: Doing<'unsends'>) => this.#makesMessage('unsends', given);
  edits = (given: Doing<'edits'>) => this.#makesMessage('edits', given);
  reads = (given: Doing<'reads'>) => this.#makesMessage('reads', given);
  /** Messenger's delivery receipt; Instagram has none. */
  receives = (given: Doing<'receives'>) => this.#makesMessage('receives', given);
  /** Staff type in Instagram's own app or the Page inbox: it comes as an echo. */
  businessWritesElsewhere = (given: Doing<'businessWritesElsewhere'>) =>
    this.#makesMessage('businessWritesElsewhere', given);
  /** A link (ig.me, m.me) into an existing thread. */
  async followsLink(given: Doing<'followsLink'>): Promise<void> {
    await this.#acts('followsLink', given);
  }
  async comments(given: Doing<'comments'>): Promise<{ commentId: string }> {
    return { commentId: (await this.#acts('comments', given)).commentId ?? '' };
  }
  async deletesComment(given: Doing<'deletesComment'>): Promise<void> {
    await this.#acts('deletesComment', given);
  }
  /** Sets whether Meta says that this person gets no messages from the business (551). */
  async setUnavailable({
    account,
    buyer,
    unavailable = true,
  }: {
    account: AccountName;
    buyer: BuyerName;
    unavailable?: boolean;
  }): Promise<void> {
    await this.#ask('unavailable', { account: idOf(account), buyer: idOf(buyer), unavailable });
  }

  /** Messages that reached buyers, in order: the truth to compare with. */
  delivered({ account, buyer }: { account?: AccountName; buyer?: BuyerName } = {}): Promise<Delivered[]> {
    return this.#ask('delivered', { account: account && idOf(account), buyer: buyer && idOf(buyer) });
  }
  publicReplies({
    account,
  }: {
    account?: AccountName;
  } = {}): Promise<{ commentId: string; account: string; parentId: string | null; text: string; at: number }[]> {
    return this.#ask('public-replies', { account: account && idOf(account) });
  }
  /** Meta's window for untagged messages, even if it is over; null if none ever opened (a person who only commented). */
  windowOf({
    account,
    buyer,
  }: {
    account: AccountName;
    buyer: BuyerName;
  }): Promise<{ openedAt: number; expiresAt: number } | null> {
    return this.#ask('window-of', { account: idOf(account), buyer: idOf(buyer) });
  }

  /** Holds back webhooks from now on; `releaseWebhooks` sends them in as few POSTs as `batch` (at most 1,000) allows. */
  async holdWebhooks(): Promise<void> {
    await this.#ask('hold-webhooks');
  }
  async releaseWebhooks({ batch }: { batch?: number } = {}): Promise<void> {
    await this.#ask('release-webhooks', { batch });
  }
  /** The last 5,000 POSTs, each attempt separately; `status` is null if no answer came. */
  webhookLog(): Promise<WebhookLogEntry[]> {
    return this.#ask('webhook-log');
  }
  /**
   * Resolves when no webhook is queued or in flight, retries included. Those that wait for a target, for `releaseWebhooks`
   * or for their account's subscription do not count.
   */
  async settled(): Promise<void> {
    while (!(await this.#ask<boolean>('settled'))) {
      // The simulator answers once it is settled, or after half a second.
    }
  }
  /** Posts exactly these bytes to the target; resolves with the status, or null if there was no answer. */
  deliverRaw(given: { path: string; body: string; signature: 'right' | 'wrong' | 'none' }): Promise<number | null> {
    return this.#ask('deliver-raw', given);
  }

  async fault(fault: Omit<Fault, 'account'> & { account?: AccountName }): Promise<void> {
    await this.#ask('fault', { ...fault, account: fault.account && idOf(fault.account) });
  }
  async clearFaults(): Promise<void> {
    await this.#ask('clear-faults');
  }
  /** Moves the simulator's clock and resolves with its new time. */
  advanceClock(ms: number): Promise<number> {
    return this.#ask('advance-clock', { ms });
  }
  now(): Promise<number> {
    return this.#ask('now');
  }

  /** `afterSubscribing`: an account's webhooks wait until the relay has subscribed it, as it does when connecting it. */
  loadWorld(name: WorldName, { afterSubscribing }: { afterSubscribing?: boolean } = {}): Promise<PublicAccount[]> {
    return this.#ask('load-world', { name, afterSubscribing });
  }
  playWorld({ speed }: { speed?: number } = {}): Promise<{ events: number; durationMs: number }> {
    return this.#ask('play-world', { speed });
  }
  /** Stops the play; anything that has not happened yet never will. */
  async stop(): Promise<void> {
    await this.#ask('stop');
  }

  async #makesMessage<Kind extends ActKind>(kind: Kind, given: Doing<Kind>): Promise<MessageMade> {
    return { nativeMessageId: (await this.#acts(kind, given)).nativeMessageId ?? '' };
  }
  #acts<Kind extends ActKind>(kind: Kind, { account, buyer, sentAt, ...act }: Doing<Kind>): Promise<ActAnswer> {
    return this.#ask('act', { account: idOf(account), buyer: idOf(buyer), sentAt, act: { kind, ...act } });
  }

  async #ask<Answer>(path: string, given: object = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/__simulator/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(given),
    });
    const { answer, error } = (await response.json()) as { answer: Answer; error?: string };
    if (!response.ok) throw new Error(`The simulator refused ${path}: ${error ?? response.status}`);
    return answer;
  }
}

function idOf(name: AccountName | BuyerName): string {
  if (typeof name === 'string') return name;
  return 'nativeId' in name ? name.nativeId : name.id;
}
