import { onceMore } from '../intake/deliveries.ts';
import type { Store } from '../store/port.ts';
import { type Command, need, oneOf, Refused, UsageError } from './command.ts';
import { deliveryStates } from './deliveries.ts';
import { withStore } from './relay-files.ts';

export const replay: Command = {
  name: 'replay',
  summary: 'Take stored webhooks in again; what is there already is not duplicated',
  usage: `--id N | --state failed|done

  --id N          this delivery
  --state STATE   all in this state; failed after the cause is gone

The relay that serves takes them up at once; otherwise the next one that starts.`,
  options: { id: { type: 'string' }, state: { type: 'string' } },
  async run(call) {
    const wantedId = call.option('id');
    if ((wantedId === undefined) === (call.option('state') === undefined))
      throw new UsageError('Say either --id or --state.');
    const id = wantedId === undefined ? null : Number(wantedId);
    if (id !== null && !Number.isInteger(id)) throw new UsageError('--id must be the number of a delivery.');
    const state = id === null ? oneOf(need(call, 'state'), 'state', deliveryStates) : null;
    return withStore(call.settings, async (store) => {
      const replayed = id === null ? await replayAll(store, state ?? 'failed') : await replayOne(store, id);
      if (id !== null && replayed === 0) throw new Refused(`There is no delivery ${id} that could be taken in again.`);
      call.tell({ replayed }, `Deliveries to be taken in again: ${replayed}.`);
      return 0;
    });
  },
};

// An erased delivery has no body, so there is nothing to take in.
const taken = `update deliveries set state = 'pending', attempts = 0, next_attempt_at = ${onceMore}, error = null, events_done = 0, failed_from = null
  where length(body) > 0`;

function replayOne(store: Store, id: number): Promise<number> {
  return store.write((tx) => tx.run(`${taken} and id = :id`, { id }));
}

/** Ids per transaction, so that a serving relay can write in between. */
const idsAtOnce = 500;

async function replayAll(store: Store, state: string): Promise<number> {
  const last = await store.read((tx) => tx.get<{ id: number | null }>(`select max(id) as id from deliveries`));
  const first = await store.read((tx) => tx.get<{ id: number | null }>(`select min(id) as id from deliveries`));
  let replayed = 0;
  for (let from = first?.id ?? 1; from <= (last?.id ?? 0); from += idsAtOnce) {
    const range = { first: from, last: Math.min(from + idsAtOnce - 1, last?.id ?? 0), state };
    replayed += await store.write((tx) =>
      tx.run(`${taken} and id >= :first and id <= :last and state = :state`, range),
    );
  }
  return replayed;
}
