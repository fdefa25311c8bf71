import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { type Fault, type Faults, webhookFaultKinds } from '../faults.ts';
import type { SimulatedChannel } from '../truth/accounts.ts';
import { encodeBody, signatureOf } from './encode.ts';
import { envelopeOf, type WebhookEvent } from './payloads.ts';

/**
 * The life of a webhook: waiting → in flight → answered 200 | waiting for a retry → … → given up.
 * Webhooks wait while there is no target, while they are held, or while their account is not subscribed.
 */
export type WebhookLogEntry = {
  readonly path: string;
  readonly body: string;
  readonly attempt: number;
  readonly at: number;
  /** Null if there was no answer: refused, reset, or none within five seconds. */
  readonly status: number | null;
};

type Packet = { readonly channel: SimulatedChannel; readonly events: readonly WebhookEvent[] };

export type OutboxSettings = {
  readonly secrets: Readonly<Record<SimulatedChannel, string>>;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly retryBaseMs: number;
};

const maxAttempts = 10;
const maxRetryMs = 60_000;
/** Meta expects its 200 within five seconds (Messenger webhooks page, 2026). */
const answerWithinMs = 5_000;
const reorderPatienceMs = 300;
const logLength = 5_000;
/** Meta puts at most 1,000 updates into one POST (Graph webhooks page). */
export const maxBatch = 1_000;

export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox({ secrets, clock, faults, retryBaseMs }: OutboxSettings) {
  const closing = new AbortController();
  const log: WebhookLogEntry[] = [];
  let target: string | null = null;
  let concurrency = 1;
  let waiting: Packet[] = [];
  let held: WebhookEvent[] | null = null;
  let overtaken: Packet | null = null;
  let inFlight = 0;
  /** Retries, delayed webhooks and late echoes: still to come, but not on the wire. */
  let promised = 0;

  const isReady = (packet: Packet) => packet.events.every(({ account }) => !account.waitsForSubscription);

  function pump(): void {
    while (target !== null && inFlight < concurrency && !closing.signal.aborted) {
      const next = waiting.findIndex(isReady);
      const packet = waiting[next];
      if (packet === undefined) return;
      waiting.splice(next, 1);
      void start(packet);
    }
  }

  async function start(packet: Packet): Promise<void> {
    const fault = faults.take(
      webhookFaultKinds,
      packet.events.map(({ account }) => account.nativeId),
    );
    if (fault?.kind === 'webhook_delay') return later(fault.delayMs ?? 1_000, () => post(packet, null));
    if (fault?.kind === 'webhook_reorder' && overtaken === null) {
      overtaken = packet;
      return later(reorderPatienceMs, async () => releaseOvertaken(packet));
    }
    await post(packet, fault);
    if (overtaken !== null) await releaseOvertaken(overtaken);
  }

  async function releaseOvertaken(packet: Packet): Promise<void> {
    if (overtaken !== packet) return;
    overtaken = null;
    await post(packet, null);
  }

  async function post(packet: Packet, fault: Fault | null): Promise<void> {
    const body = encodeBody(envelopeOf(packet.events, clock.now()));
    const forged = fault?.kind === 'webhook_wrong_signature';
    const send = () => attempt(packet.channel, body, 1, forged);
    await Promise.all(fault?.kind === 'webhook_duplicate' ? [send(), send()] : [send()]);
  }

  async function attempt(channel: SimulatedChannel, body: string, count: number, forged: boolean): Promise<void> {
    inFlight += 1;
    const status = await deliver(
      pathOf(channel),
      body,
      signatureOf(forged ? 'a foreign secret' : secrets[channel], body),
      count,
    );
    inFlight -= 1;
    if (status !== 200 && !forged && count < maxAttempts) {
      const delayMs = Math.min(retryBaseMs * 2 ** (count - 1), maxRetryMs);
      void later(delayMs, () => attempt(channel, body, count + 1, false));
    }
    pump();
  }

  /** Runs `action` after a while; until then the outbox is not settled. */
  async function later(delayMs: number, action: () => Promise<void>): Promise<void> {
    promised += 1;
    try {
      await wait(delayMs, undefined, { signal: closing.signal });
      await action();
    } catch (cause) {
      if (!closing.signal.aborted) throw cause;
    } finally {
      promised -= 1;
    }
  }

  async function deliver(path: string, body: string, signature: string | null, count: number): Promise<number | null> {
    const at = clock.now();
    const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': 'facebookexternalua' };
    if (signature !== null) headers['x-hub-signature-256'] = signature;
    let status: number | null = null;
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(answerWithinMs)]);
      const answer = await fetch(`${target}${path}`, { method: 'POST', headers, body, signal });
      await answer.arrayBuffer();
      status = answer.status;
    } catch {
      // No answer counts like a wrong one: Meta retries.
    }
    log.push({ path, body, attempt: count, at, status });
    if (log.length > logLength) log.shift();
    return status;
  }

  return {
    log: log as readonly WebhookLogEntry[],
    maySend: () => target !== null && held === null,
    waitingCount: () => waiting.length,

    setTarget(url: string, parallel: number): void {
      target = url.replace(/\/+$/, '');
      concurrency = parallel;
      pump();
    },

    /** Queues events in POSTs of at most `batch` events of one channel. */
    add(events: readonly WebhookEvent[], batch = 1): void {
      if (held === null) waiting.push(...packetsOf(events, batch));
      else held.push(...events);
      pump();
    },

    /** Queues events once `after` has resolved. */
    async addAfter(after: Promise<unknown>, events: readonly WebhookEvent[]): Promise<void> {
      promised += 1;
      await after;
      promised -= 1;
      if (!closing.signal.aborted) this.add(events);
    },

    addLater(delayMs: number, events: readonly WebhookEvent[]): void {
      void later(delayMs, async () => this.add(events));
    },

    /** Holds events back from now on; `release` sends them in batches. */
    hold(): void {
      held ??= [];
    },
    release(batch: number): void {
      const events = held ?? [];
      held = null;
      this.add(events, batch);
    },

    deliverRaw(path: string, body: string, signature: 'right' | 'wrong' | 'none'): Promise<number | null> {
      const full = path.startsWith('/') ? path : `/api/webhooks/${path}`;
      const secret =
        signature === 'wrong' ? 'a foreign secret' : secrets[full.includes('facebook') ? 'facebook' : 'instagram'];
      return deliver(full, body, signature === 'none' ? null : signatureOf(secret, body), 1);
    },

    hasTarget: () => target !== null,
    /** Nothing is in flight or still to come. What waits for a target, a release or a subscription does not count. */
    isSettled: () => inFlight === 0 && promised === 0 && (target === null || !waiting.some(isReady)),
    accountSubscribed: pump,
    close: () => closing.abort(),
  };
}

function pathOf(channel: SimulatedChannel): string {
  return `/api/webhooks/${channel}`;
}

function packetsOf(events: readonly WebhookEvent[], batch: number): Packet[] {
  const packets: { channel: SimulatedChannel; events: WebhookEvent[] }[] = [];
  const open = new Map<string, WebhookEvent[]>();
  for (const event of events) {
    // An account that is not subscribed yet must not hold up the others of its channel.
    const key = event.account.waitsForSubscription ? event.account.nativeId : event.account.channel;
    const filling = open.get(key);
    if (filling !== undefined && filling.length < batch) {
      filling.push(event);
      continue;
    }
    const started = [event];
    open.set(key, started);
    packets.push({ channel: event.account.channel, events: started });
  }
  return packets;
}
