import { lanes } from '@transom/shared';
import { useInbox, useSearch } from '../desk-context.tsx';
import { text } from '../text/spoken.ts';
import css from './search-dialog.module.css';

/** How many were found, or how much was searched. */
export function SearchFoot({ isEmpty }: { readonly isEmpty: boolean }) {
  const { query, answered, isFailed, hits } = useSearch((state) => state);
  const total = useInbox(({ counts }) => (counts === null ? 0 : lanes.reduce((sum, lane) => sum + counts[lane], 0)));
  const isAnswered = answered !== null && answered === query;
  const words = !isAnswered
    ? text.search.hint
    : isFailed
      ? text.search.failed
      : hits.length === 0
        ? text.search.none(query, total)
        : text.search.count(hits.length);
  return (
    <output className={isEmpty ? css.nothing : css.foot} data-testid="search-status">
      {words}
    </output>
  );
}
