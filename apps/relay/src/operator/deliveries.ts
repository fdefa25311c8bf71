import { type Command, need, oneOf, UsageError } from './command.ts';
import { withStore } from './relay-files.ts';

export const deliveryStates = ['pending', 'done', 'failed'] as const;

type DeliveryRow = {
  id: number;
  received_at: number;
  route: string;
  signed_by: string;
  bytes: number;
  state: string;
  attempts: number;
  next_attempt_at: number;
  unhandled: number;
  error: string | null;
};

export const deliveries: Command = {
  name: 'deliveries',
  summary: 'List webhooks as they came, without what is in them',
  usage: `[--state pending|done|failed] [--limit N]

  --state STATE   only these; failed ones wait for "transom-relay replay"
  --limit N       at most so many, the newest first (default 100)`,
  options: { state: { type: 'string' }, limit: { type: 'string', default: '100' } },
  async run(call) {
    const state = call.option('state') === undefined ? null : oneOf(need(call, 'state'), 'state', deliveryStates);
    const limit = Number(call.option('limit'));
    if (!Number.isInteger(limit) || limit < 1) throw new UsageError('--limit must be a whole number above 0.');
    return withStore(call.settings, async (store) => {
      const rows = await store.read((tx) =>
        tx.all<DeliveryRow>(
          `select id, received_at, route, signed_by, length(body) as bytes, state, attempts, next_attempt_at, unhandled, error
           from deliveries where :state is null or state = :state order by id desc limit :limit`,
          { state, limit },
        ),
      );
      for (const row of rows) {
        call.tell(
          {
            id: row.id,
            receivedAt: row.received_at,
            route: row.route,
            signedBy: row.signed_by,
            bytes: row.bytes,
            state: row.state,
            attempts: row.attempts,
            nextAttemptAt: row.state === 'pending' ? row.next_attempt_at : null,
            unhandled: row.unhandled,
            error: row.error,
          },
          `${row.id}  ${new Date(row.received_at).toISOString()}  ${row.route}  ${row.state}  ${row.bytes} bytes  ${row.error ?? ''}`.trimEnd(),
        );
      }
      call.remark(rows.length === 0 ? 'There are none.' : `Deliveries: ${rows.length}.`);
      return 0;
    });
  },
};
