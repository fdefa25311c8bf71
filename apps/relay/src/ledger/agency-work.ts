import type { Clock } from '../clock.ts';
import type { AgencyStore, AgencyTx, SystemTx } from '../store/port.ts';
import { chainHash, type TrailEntry } from '../trail/chain.ts';
import { type Document, documentOf, type TouchedEntity } from './documents/touched.ts';
import { insertRows } from './insert-rows.ts';

/** Where the agency's feed and audit trail end. */
type Head = { readonly seq: number; readonly auditN: number; readonly auditHash: string };
/** `write` makes the document, if the code that touched it has the data at hand. */
type Touched = TouchedEntity & { readonly write?: ((rev: number) => Document) | undefined };

/** Only the functions below open a unit of work, so that none is left unfinished. */
export type { Work as AgencyWork };

/**
 * What one transaction does for one agency. Changes go to the tables immediately; what they touched is collected here and becomes change
 * rows and audit events when the work is finished, in the same transaction. So a message, its contact, its handoff, the desk's change and
 * the audit event exist together or not at all, and a conversation that was touched ten times is sent once.
 *
 * The agency's row is read first, in a transaction that holds its lock, and written last: numbers become visible in their order, which a
 * database sequence would not ensure.
 */
class Work {
  readonly tx: AgencyTx;
  readonly now: number;
  /** The newest message id of the agency, once it was needed (`add-message.ts`). */
  newestMessageId: string | null = null;
  readonly #head: Head;
  #touched = new Map<string, Touched>();
  #withdrawn = new Set<string>();
  #trail: TrailEntry[] = [];

  constructor(tx: AgencyTx, now: number, head: Head) {
    this.tx = tx;
    this.now = now;
    this.#head = head;
  }

  get isEmpty(): boolean {
    return this.#touched.size === 0 && this.#trail.length === 0;
  }

  /** The document of this entity changed, or it is gone: desks must be told. `write` saves reading it, if nothing touches it again. */
  touch(entity: TouchedEntity['entity'], id: string, write?: Touched['write']): void {
    this.#touched.set(`${entity} ${id}`, { entity, id, write });
  }

  /** Like `touch`, for words that were taken back: they are removed from earlier changes too. */
  withdraw(entity: TouchedEntity['entity'], id: string): void {
    this.touch(entity, id);
    this.#withdrawn.add(`${entity} ${id}`);
  }

  /** Records what was done, and by whom. `detail` holds ids, times, counts and codes; never people's text. */
  record(actor: string, action: string, target: string, detail: TrailEntry['detail'] = {}): void {
    this.#trail.push({ at: this.now, actor, action, target, detail });
  }

  /** Runs a part that may fail on its own; if it does, what it touched and recorded is dropped. The caller rolls back its tables. */
  async part<T>(action: () => Promise<T>): Promise<T> {
    const touched = new Map(this.#touched);
    const withdrawn = new Set(this.#withdrawn);
    const trailLength = this.#trail.length;
    try {
      return await action();
    } catch (error) {
      this.#touched = touched;
      this.#withdrawn = withdrawn;
      this.#trail.length = trailLength;
      throw error;
    }
  }

  /** Writes change rows and audit events, and moves the agency's head. */
  async finish(): Promise<void> {
    if (this.isEmpty) return;
    const seq = await this.#writeChanges(this.#head.seq);
    const { auditN, auditHash } = await this.#writeTrail();
    const moved = await this.tx.run(
      `update agencies set seq = :seq, audit_n = :auditN, audit_hash = :auditHash
       where id = :agency and seq = :seqBefore and audit_n = :auditNBefore`,
      { seq, auditN, auditHash, seqBefore: this.#head.seq, auditNBefore: this.#head.auditN },
    );
    if (moved === 0) throw new Error(`Two units of work were open at once for agency ${this.tx.agencyId}.`);
  }

  async #writeChanges(lastSeq: number): Promise<number> {
    const rows: (TouchedEntity & { seq: number; body: string | null; at: number })[] = [];
    let seq = lastSeq;
    for (const { entity, id, write } of this.#touched.values()) {
      seq += 1;
      const document = write === undefined ? await documentOf(this.tx, { entity, id }, seq) : write(seq);
      rows.push({ seq, entity, id, body: document === null ? null : JSON.stringify(document), at: this.now });
    }
    await insertRows(this.tx, 'changes (agency_id, seq, entity, entity_id, body, at)', changeColumns, rows);
    for (const { entity, id, body, seq: at } of rows) {
      // What is gone must not stay in an old change, where nothing would find it.
      if (body !== null && !this.#withdrawn.has(`${entity} ${id}`)) continue;
      // A desk that catches up gets the current document early, and then again with the same `rev`.
      await this.tx.run(
        `update changes set body = :body where agency_id = :agency and entity_id = :id and entity = :entity and seq < :at`,
        { at, entity, id, body },
      );
    }
    return seq;
  }

  async #writeTrail(): Promise<Pick<Head, 'auditN' | 'auditHash'>> {
    let { auditN, auditHash } = this.#head;
    const rows = this.#trail.map((entry) => {
      auditN += 1;
      const prevHash = auditHash;
      auditHash = chainHash(prevHash, auditN, entry);
      return { ...entry, n: auditN, detail: JSON.stringify(entry.detail), prevHash, hash: auditHash };
    });
    await insertRows(
      this.tx,
      'events (agency_id, n, at, actor, action, target, detail, prev_hash, hash)',
      trailColumns,
      rows,
    );
    return { auditN, auditHash };
  }
}

const changeColumns = ['seq', 'entity', 'id', 'body', 'at'] as const;
const trailColumns = ['n', 'at', 'actor', 'action', 'target', 'detail', 'prevHash', 'hash'] as const;

/** Runs `action` for one agency, in a transaction of its own. If it throws, nothing is changed. */
export function inWork<T>(agency: AgencyStore, clock: Clock, action: (work: Work) => Promise<T>): Promise<T> {
  return agency.write((tx) => inWorkWithin(tx, clock(), action));
}

/** The same inside the caller's transaction, which must not open other work for the agency meanwhile. */
export async function inWorkWithin<T>(tx: AgencyTx, now: number, action: (work: Work) => Promise<T>): Promise<T> {
  const work = await open(tx, now);
  const result = await action(work);
  await work.finish();
  return result;
}

/** Runs `action` for several agencies in one transaction, locked in a fixed order, so that two such transactions never deadlock. */
export async function inWorks<T>(
  tx: SystemTx,
  agencyIds: Iterable<string>,
  now: number,
  action: (works: ReadonlyMap<string, Work>) => Promise<T>,
): Promise<T> {
  const works = new Map<string, Work>();
  for (const id of [...new Set(agencyIds)].toSorted()) works.set(id, await open(tx.forAgency(id), now));
  const result = await action(works);
  for (const work of works.values()) await work.finish();
  return result;
}

async function open(tx: AgencyTx, now: number): Promise<Work> {
  const head = await tx.get<Head>(
    `select seq, audit_n as "auditN", audit_hash as "auditHash" from agencies where id = :agency`,
  );
  if (head === undefined) throw new Error(`There is no agency ${tx.agencyId}.`);
  return new Work(tx, now, head);
}
