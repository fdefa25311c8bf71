import type { Change, Entity, FeedPage } from '@transom/shared';

type About = Omit<FeedPage, 'changes' | 'serverNow'>;

/**
 * A page of the feed as it travels. Its bytes are made once and shared by every desk at the same place, without a copy for each;
 * only the time is put in front of them.
 */
export class WrittenPage {
  readonly about: About;
  readonly changeCount: number;
  /** Follows `headAt`. Ends with `}]`, because the page is the only argument of its event. */
  readonly rest: Buffer;

  constructor(about: About, changes: readonly string[]) {
    this.about = about;
    this.changeCount = changes.length;
    this.rest = Buffer.from(`${JSON.stringify(about).slice(1, -1)},"changes":[${changes.join(',')}]}]`);
  }

  headAt(serverNow: number): string {
    return `{"serverNow":${serverNow},`;
  }
}

/** One change of a page. `body` is the JSON of its document; null where the thing is gone, or went into `mergedInto`. */
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
