import type { Change, Entity, FeedPage } from '@transom/shared';

type About = Omit<FeedPage, 'changes' | 'serverNow'>;

/**
 * A page of the feed as it travels. It is written down once and then given to every desk that is at the same place; only the time is
 * put in for each. `isFull`: what comes after it is in the next page, so that this one stays true whatever is written meanwhile.
 */
export class WrittenPage {
  readonly about: About;
  readonly changeCount: number;
  readonly isFull: boolean;
  readonly #text: string;

  constructor(about: About, changes: readonly string[], isFull: boolean) {
    this.about = about;
    this.changeCount = changes.length;
    this.isFull = isFull;
    this.#text = `${JSON.stringify(about).slice(0, -1)},"changes":[${changes.join(',')}],"serverNow":`;
  }

  /** Roughly what it takes in memory. */
  get length(): number {
    return this.#text.length;
  }

  /** The JSON of a `FeedPage`. */
  textAt(serverNow: number): string {
    return `${this.#text}${serverNow}}`;
  }
}

/** One change of a page. `body` is the JSON of its document; null where the thing is gone. */
export function writeChange(seq: number, entity: Entity, id: string, body: string | null): string {
  return `{"seq":${seq},"entity":"${entity}","id":${JSON.stringify(id)},"document":${body ?? 'null'}}`;
}

export function writeDocument({ seq, entity, id, document }: Change): string {
  return writeChange(seq, entity, id, JSON.stringify(document));
}
