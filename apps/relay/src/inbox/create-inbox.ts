import { createHash } from 'node:crypto';
import type { CommandAnswer, CommandEnvelope } from '@transom/shared';
import { refuse } from '@transom/shared';
import type { Clock } from '../clock.ts';
import type { AgencyTx, Store } from '../store/port.ts';
import type { Actor } from './actor.ts';
import { AgencyWork } from './agency-work.ts';
import { carryOut } from './carry-out.ts';
import type { Inbox } from './inbox.ts';

export type InboxDeps = {
  readonly store: Store;
  readonly clock: Clock;
  /** Called after a commit that changed something: desks are waiting, and perhaps a reply is. */
  readonly onCommitted: (agencyId: string) => void;
};

/**
 * Commands of people. The deed, its change rows, its audit events and the answer itself commit together, so that a command
 * asked again after a lost answer finds the first answer and does nothing.
 */
export function createInbox({ store, clock, onCommitted }: InboxDeps): Inbox {
  return {
    async perform(actor: Actor, envelope: CommandEnvelope): Promise<CommandAnswer> {
      const answer = await store.forAgency(actor.agencyId).write(async (tx) => {
        const bodyHash = hashOf(envelope);
        const first = await firstAnswer(tx, envelope.id);
        if (first !== undefined) {
          return first.body_hash === bodyHash
            ? (JSON.parse(first.answer) as CommandAnswer)
            : ({ ok: false, refusal: refuse('id_reused') } satisfies CommandAnswer);
        }
        const work = new AgencyWork(tx, clock());
        const answered = await carryOut(work, actor, envelope);
        if (!answered.ok)
          work.record(actor.person.id, 'command.refused', envelope.id, {
            kind: envelope.command.kind,
            code: answered.refusal.code,
          });
        await tx.run(
          `insert into commands (agency_id, id, kind, body_hash, person_id, answer, at)
           values (:agency, :id, :kind, :bodyHash, :personId, :answer, :at)`,
          {
            id: envelope.id,
            kind: envelope.command.kind,
            bodyHash,
            personId: actor.person.id,
            answer: JSON.stringify(answered),
            at: work.now,
          },
        );
        await work.finish();
        return answered;
      });
      onCommitted(actor.agencyId);
      return answer;
    },
  };
}

function firstAnswer(tx: AgencyTx, id: string): Promise<{ body_hash: string; answer: string } | undefined> {
  return tx.get(`select body_hash, answer from commands where agency_id = :agency and id = :id`, { id });
}

/** Keys in a fixed order: the same command hashes the same, however it was written down. */
function hashOf(envelope: CommandEnvelope): string {
  const fields = Object.entries(envelope.command).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
