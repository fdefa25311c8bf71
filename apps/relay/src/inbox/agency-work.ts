import type { AgencyTx } from '../store/port.ts';
import { chainHash, type TrailEntry } from '../trail/chain.ts';
import { documentOf, type TouchedEntity } from './documents/touched.ts';

/**
 * What one transaction does for one agency. Changes go to the tables immediately; what they touched is collected here and
 * becomes change rows and audit events when the work is finished, in the same transaction. So a message, its contact,
 * its handoff, the desk's change and the audit event exist together or not at all, and a conversation that was touched ten times
 * travels once.
 *
 * The agency's `seq` and `audit_n` are taken by an update of its row: the lock makes numbers visible in their order, which a
 * database sequence would not.
 */
export class AgencyWork {
  readonly tx: AgencyTx;
  readonly now: number;
  #touched = new Map<string, TouchedEntity>();
  #withdrawn = new Set<string>();
  #trail: TrailEntry[] = [];

  constructor(tx: AgencyTx, now: number) {
    this.tx = tx;
    this.now = now;
  }

  get isEmpty(): boolean {
    return this.#touched.size === 0 && this.#trail.length === 0;
  }

  /** The document of this entity changed, or it is gone: desks must hear of it. */
  touch(entity: TouchedEntity['entity'], id: string): void {
    this.#touched.set(`${entity} ${id}`, { entity, id });
  }

  /** Like `touch`, for words that were taken back: they are removed from earlier changes too. */
  withdraw(entity: TouchedEntity['entity'], id: string): void {
    this.touch(entity, id);
    this.#withdrawn.add(`${entity} ${id}`);
  }

  /** Writes down what was done, by whom. `detail` holds ids, times, counts and codes; never text of people. */
  record(actor: string, action: string, target: string, detail: TrailEntry['detail'] = {}): void {
    this.#trail.push({ at: this.now, actor, action, target, detail });
  }

  /** Runs a part that may fail alone; then what it touched and recorded is dropped. The caller rolls back its tables. */
  async part<T>(deed: () => Promise<T>): Promise<T> {
    const touched = new Map(this.#touched);
    const withdrawn = new Set(this.#withdrawn);
    const trailLength = this.#trail.length;
    try {
      return await deed();
    } catch (error) {
      this.#touched = touched;
      this.#withdrawn = withdrawn;
      this.#trail.length = trailLength;
      throw error;
    }
  }

  /** Writes change rows and audit events. Call once, last. */
  async finish(): Promise<void> {
    if (this.isEmpty) return;
    const changes = this.#touched.size;
    const agency = await this.tx.get<{ seq: number; audit_n: number; audit_hash: string }>(
      `update agencies set seq = seq + :changes, audit_n = audit_n + :events where id = :agency returning seq, audit_n, audit_hash`,
      { changes, events: this.#trail.length },
    );
    if (agency === undefined) throw new Error(`There is no agency ${this.tx.agencyId}.`);
    await this.#writeChanges(agency.seq - changes);
    await this.#writeTrail(agency.audit_n - this.#trail.length, agency.audit_hash);
  }

  async #writeChanges(lastSeq: number): Promise<void> {
    let seq = lastSeq;
    for (const touched of this.#touched.values()) {
      seq += 1;
      const document = await documentOf(this.tx, touched, seq);
      const body = document === null ? null : JSON.stringify(document);
      await this.tx.run(
        `insert into changes (agency_id, seq, entity, entity_id, body, at) values (:agency, :seq, :entity, :id, :body, :at)`,
        { seq, ...touched, body, at: this.now },
      );
      // What is gone must not stay in an old change, where nothing would find it.
      if (document !== null && !this.#withdrawn.has(`${touched.entity} ${touched.id}`)) continue;
      // A desk that catches up gets the present document early, and then again with the same `rev`.
      await this.tx.run(
        `update changes set body = :body where agency_id = :agency and entity_id = :id and entity = :entity and seq < :seq`,
        {
          seq,
          ...touched,
          body,
        },
      );
    }
  }

  async #writeTrail(lastN: number, lastHash: string): Promise<void> {
    if (this.#trail.length === 0) return;
    let hash = lastHash;
    let n = lastN;
    for (const entry of this.#trail) {
      n += 1;
      const prevHash = hash;
      hash = chainHash(prevHash, n, entry);
      await this.tx.run(
        `insert into events (agency_id, n, at, actor, action, target, detail, prev_hash, hash)
         values (:agency, :n, :at, :actor, :action, :target, :detail, :prevHash, :hash)`,
        { ...entry, n, detail: JSON.stringify(entry.detail), prevHash, hash },
      );
    }
    await this.tx.run(`update agencies set audit_hash = :hash where id = :agency`, { hash });
  }
}
