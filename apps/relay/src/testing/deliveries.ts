import { expect } from 'vitest';
import { normalizeDelivery, takeOut } from '../channels/all.ts';
import { createIntake } from '../intake/create-intake.ts';
import type { NormalizerDeps } from '../intake/normalizer.ts';
import { buyer, noon, shop } from './events.ts';
import type { RelayRoom } from './relay-room.ts';

type Item = { mid: string; text: string; from?: string; at?: number; account?: string };

/** A webhook body with messages, as Meta writes it. */
export function bodyOf(...items: Item[]): string {
  const entry = items.map(({ mid, text, from = buyer, at = noon, account = shop }) => ({
    id: account,
    time: at,
    messaging: [{ sender: { id: from }, recipient: { id: account }, timestamp: at, message: { mid, text } }],
  }));
  return JSON.stringify({ object: 'instagram', entry });
}

export type DeliveryRow = { id: number; state: string; attempts: number; unhandled: number; error: string | null };

/** The intake of a room, without HTTP in front of it: deliveries are kept, then normalized. */
export function openIntake(room: RelayRoom, normalize: NormalizerDeps['normalize'] = normalizeDelivery) {
  const poked: string[] = [];
  const { store, clock, log } = room;
  const onCommitted = (ids: Iterable<string>) => void poked.push(...ids);
  const { commits, normalizer } = createIntake({ store, clock, log, normalize, takeOut, onCommitted });
  const rows = () =>
    room.store.read((tx) =>
      tx.all<DeliveryRow>(`select id, state, attempts, unhandled, error from deliveries order by id`),
    );
  const due = () =>
    room.store.read((tx) =>
      tx.all<{ id: number }>(
        `select id from deliveries where state = 'pending' and state <> 'done' and next_attempt_at <= :now`,
        {
          now: room.clock(),
        },
      ),
    );
  return {
    commits,
    normalizer,
    poked,
    rows,
    /** Resolves when nothing is due. */
    async work(): Promise<void> {
      normalizer.poke();
      await expect.poll(due, { timeout: 20_000, interval: 5 }).toEqual([]);
    },
    async takes(...bodies: string[]): Promise<void> {
      await Promise.all(
        bodies.map((body) =>
          commits.keep({
            route: 'instagram',
            signedBy: 'instagram',
            body: Buffer.from(body),
            receivedAt: room.clock(),
          }),
        ),
      );
      await this.work();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await normalizer.close();
    },
  };
}
