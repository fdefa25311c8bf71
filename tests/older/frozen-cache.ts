import type { frozen } from './frozen.ts';

type Page = ReturnType<(typeof frozen)[keyof typeof frozen]['page']['parse']>;
type Entity = Page['changes'][number]['entity'];
export type Held = { readonly rev: number; readonly document: Readonly<Record<string, unknown>> };

/** What a desk of a recorded version does with pages: the newest document of each thing, and a cursor. It throws at every gap. */
export class FrozenCache {
  #cursor: number | null;
  #epoch: string | null;
  readonly #held = new Map<string, Held>();

  constructor(cursor: { epoch: string; seq: number } | null = null) {
    this.#cursor = cursor?.seq ?? null;
    this.#epoch = cursor?.epoch ?? null;
  }

  apply(page: Page): void {
    if (page.first) {
      this.#held.clear();
      this.#epoch = page.epoch;
    }
    if (page.epoch !== this.#epoch) throw new Error('A page of another epoch.');
    if (page.fromSeq !== null && page.fromSeq !== this.#cursor)
      throw new Error(`A gap: the cursor is ${this.#cursor}, the page begins at ${page.fromSeq}.`);
    for (const { entity, id, seq, document } of page.changes) {
      const key = `${entity} ${id}`;
      if (document === null) {
        this.#held.delete(key);
        if (entity === 'conversation') this.#dropMessagesOf(id);
        continue;
      }
      const rev = 'rev' in document ? document.rev : seq;
      if (rev > (this.#held.get(key)?.rev ?? -1)) this.#held.set(key, { rev, document });
    }
    if (page.toSeq !== null) this.#cursor = page.toSeq;
  }

  #dropMessagesOf(conversationId: string): void {
    for (const [key, { document }] of this.#held)
      if (document['conversationId'] === conversationId) this.#held.delete(key);
  }

  documents(entity: Entity): Held['document'][] {
    return [...this.#held].flatMap(([key, { document }]) => (key.startsWith(`${entity} `) ? [document] : []));
  }
}
