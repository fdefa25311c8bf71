import { createHash } from 'node:crypto';
import { type CommandAnswer, type CommandEnvelope, type RefusalCode, refuse } from '@transom/shared';
import type { Clock } from '../clock.ts';
import { type AgencyWork, inWork } from '../ledger/agency-work.ts';
import type { AgencyTx, Store } from '../store/port.ts';
import type { Actor } from './actor.ts';
import { carryOut } from './carry-out.ts';
import type { Inbox } from './inbox.ts';

export type InboxDeps = {
  readonly store: Store;
  readonly clock: Clock;
  /** Called after a commit that changed something: desks are waiting, and perhaps a reply is. */
  readonly onCommitted: (agencyId: string) => void;
  /** Called with each refusal: it leaves no row, so this is where it can be counted. */
  readonly onRefused?: (code: RefusalCode) => void;
};

/**
 * Performs people's commands. The change, its change rows, its audit events and the answer commit together, so a command retried after a
 * lost answer finds the first answer and does nothing. A refusal changed nothing and is not stored: asking ten thousand times for what is
 * not allowed fills no table, and a retried command is judged again.
 */
export function createInbox({ store, clock, onCommitted, onRefused }: InboxDeps): Inbox {
  return {
    async perform(actor: Actor, envelope: CommandEnvelope): Promise<CommandAnswer> {
      const { answer, isNew } = await inWork(store.forAgency(actor.agencyId), clock, (work) =>
        performOnce(work, actor, envelope),
      );
      if (!answer.ok) onRefused?.(answer.refusal.code);
      else if (isNew) onCommitted(actor.agencyId);
      return answer;
    },
  };
}

async function performOnce(
  work: AgencyWork,
  actor: Actor,
  envelope: CommandEnvelope,
): Promise<{ readonly answer: CommandAnswer; readonly isNew: boolean }> {
  const { tx, now } = work;
  // The device may have been revoked since its connection was let in.
  if (await isRevoked(tx, actor.deviceId))
    return { answer: { ok: false, refusal: refuse('unauthorized') }, isNew: false };
  const bodyHash = hashOf(envelope);
  const first = await firstAnswer(tx, envelope.id);
  if (first !== undefined) {
    const isSame = first.body_hash === bodyHash;
    const answer = isSame
      ? (JSON.parse(first.answer) as CommandAnswer)
      : ({ ok: false, refusal: refuse('id_reused') } as const);
    return { answer, isNew: false };
  }
  const answer = await carryOut(work, actor, envelope);
  if (!answer.ok) return { answer, isNew: false };
  await tx.run(
    `insert into commands (agency_id, id, kind, body_hash, person_id, answer, at)
     values (:agency, :id, :kind, :bodyHash, :personId, :answer, :at)`,
    {
      id: envelope.id,
      kind: envelope.command.kind,
      bodyHash,
      personId: actor.person.id,
      answer: JSON.stringify(answer),
      at: now,
    },
  );
  return { answer, isNew: true };
}

async function isRevoked(tx: AgencyTx, deviceId: string): Promise<boolean> {
  const device = await tx.get<{ revoked_at: number | null }>(
    `select revoked_at from devices where agency_id = :agency and id = :deviceId`,
    { deviceId },
  );
  return device !== undefined && device.revoked_at !== null;
}

function firstAnswer(tx: AgencyTx, id: string): Promise<{ body_hash: string; answer: string } | undefined> {
  return tx.get(`select body_hash, answer from commands where agency_id = :agency and id = :id`, { id });
}

/** Keys in a fixed order: the same command has the same hash, however it was written. */
function hashOf(envelope: CommandEnvelope): string {
  const fields = Object.entries(envelope.command).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
