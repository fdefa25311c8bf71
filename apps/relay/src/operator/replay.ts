import { type Command, need, oneOf, Refused, UsageError } from './command.ts';
import { deliveryStates } from './deliveries.ts';
import { withStore } from './relay-files.ts';

export const replay: Command = {
  name: 'replay',
  summary: 'Have stored webhooks taken in again; what is there already is not made twice',
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
      // An erased delivery has no body: there is nothing in it to take in.
      const replayed = await store.write((tx) =>
        tx.run(
          `update deliveries set state = 'pending', attempts = 0, next_attempt_at = 0, error = null
           where length(body) > 0 and (id = :id or (:id is null and state = :state))`,
          { id, state },
        ),
      );
      if (id !== null && replayed === 0) throw new Refused(`There is no delivery ${id} that could be taken in again.`);
      call.tell({ replayed }, `${replayed} deliveries are taken in again.`);
      return 0;
    });
  },
};
