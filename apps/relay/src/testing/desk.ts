import type { Change, Cursor, FeedPage } from '@transom/shared';
import { listAccounts, readAgency } from '../ledger/documents/account.ts';
import { listConversations } from '../ledger/documents/conversation.ts';
import { listMessages } from '../ledger/documents/message.ts';
import type { AgencyInRoom } from './relay-room.ts';

type Held = { readonly rev: number; readonly document: unknown };

/** What a desk does with pages: keeps the newest document of each thing, and a cursor. Throws at every gap. */
export class CacheOfDesk {
  cursor: Cursor | null;
  readonly pages: FeedPage[] = [];
  readonly #held = new Map<string, Held>();

  constructor(cursor: Cursor | null = null) {
    this.cursor = cursor;
  }

  apply(page: FeedPage): void {
    this.pages.push(page);
    if (page.first) this.#held.clear();
    if (page.fromSeq !== null && page.fromSeq !== this.cursor?.seq)
      throw new Error(`A gap: the cursor is ${this.cursor?.seq}, the page begins at ${page.fromSeq}.`);
    let seq = page.fromSeq;
    for (const change of page.changes) {
      if (seq !== null && change.seq !== (seq += 1)) throw new Error(`A gap before change ${change.seq}.`);
      this.#take(change);
    }
    if (seq !== null && page.toSeq !== seq)
      throw new Error(`The page says that it ends at ${page.toSeq}, its changes at ${seq}.`);
    if (page.toSeq !== null) this.cursor = { epoch: page.epoch, seq: page.toSeq };
  }

  #take({ entity, id, seq, document }: Change): void {
    const key = `${entity} ${id}`;
    if (document === null) return void this.#held.delete(key);
    const rev = 'rev' in document ? document.rev : seq;
    if (rev >= (this.#held.get(key)?.rev ?? -1)) this.#held.set(key, { rev, document });
  }

  /** Every document by its name, without `rev`: comparable with `documentsOf`. */
  documents(): Record<string, unknown> {
    return Object.fromEntries(
      [...this.#held].map(([key, { document }]) => [key, withoutRev(document)] as const).toSorted(),
    );
  }
}

/** Everything that the tables say now. */
export function documentsOf({ agency }: AgencyInRoom): Promise<Record<string, unknown>> {
  return agency.read(async (tx) => {
    const all: [string, unknown][] = [];
    const about = await readAgency(tx);
    all.push([`agency ${about.id}`, about]);
    for (const account of await listAccounts(tx, 0)) all.push([`account ${account.id}`, withoutRev(account)]);
    for (const conversation of await listConversations(tx, null, 100_000, 0)) {
      all.push([`conversation ${conversation.id}`, withoutRev(conversation)]);
      for (const message of await listMessages(tx, conversation.id, null, 100_000, 0))
        all.push([`message ${message.id}`, withoutRev(message)]);
    }
    return Object.fromEntries(all.toSorted());
  });
}

function withoutRev(document: unknown): unknown {
  const { rev: _rev, ...rest } = document as { rev?: number };
  return rest;
}
