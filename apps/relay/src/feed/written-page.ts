import { type Change, changeSchema, type Entity, type FeedPage, lowerTo, protocolVersion } from '@transom/shared';

type About = Omit<FeedPage, 'changes' | 'serverNow'>;

/**
 * A page of the feed as it is sent. Its bytes are built once and shared by every desk at the same place, without a copy for each; only the
 * time is prepended.
 */
export class WrittenPage {
  readonly #lowered = new Map<number, WrittenPage>();
  readonly about: About;
  readonly changeCount: number;
  /** Follows `headAt`. Ends with `}]`, because the page is the only argument of its event. */
  readonly rest: Buffer;

  constructor(about: About, changes: readonly string[]) {
    this.about = about;
    this.changeCount = changes.length;
    this.rest = Buffer.from(`${JSON.stringify(about).slice(1, -1)},"changes":[${changes.join(',')}]}]`);
  }

  /**
   * The same page for desks of an older protocol version: built once for all of them at this place, for as long as the page is kept. What
   * this relay cannot read itself (a newer one wrote it) cannot be lowered, and older desks do not get it.
   */
  inVersion(version: number): WrittenPage {
    if (version >= protocolVersion.max) return this;
    const known = this.#lowered.get(version);
    if (known !== undefined) return known;
    const lowered = new WrittenPage(
      this.about,
      this.#changes().map((change) => JSON.stringify(lowerTo(version, change))),
    );
    this.#lowered.set(version, lowered);
    return lowered;
  }

  /** The changes are in the bytes, which are the only copy that is kept. */
  #changes(): Change[] {
    const [page] = JSON.parse(`[{${this.rest.toString()}`) as [{ changes: unknown[] }];
    return page.changes.flatMap((change) => {
      const read = changeSchema.safeParse(change);
      return read.success ? [read.data] : [];
    });
  }

  headAt(serverNow: number): string {
    return `{"serverNow":${serverNow},`;
  }
}

/** One change of a page. `body` is the JSON of its document; null if the document is gone, or was merged into `mergedInto`. */
export function writeChange(
  seq: number,
  entity: Entity,
  id: string,
  body: string | null,
  mergedInto: string | null = null,
): string {
  const where = mergedInto === null ? '' : `,"mergedInto":${JSON.stringify(mergedInto)}`;
  return `{"seq":${seq},"entity":"${entity}","id":${JSON.stringify(id)},"document":${body ?? 'null'}${where}}`;
}

export function writeDocument({ seq, entity, id, document }: Change): string {
  return writeChange(seq, entity, id, JSON.stringify(document));
}
