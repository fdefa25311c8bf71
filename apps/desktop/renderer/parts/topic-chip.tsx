import type { Lead } from '@transom/shared';
import { text } from '../text/spoken.ts';
import css from './topic-chip.module.css';

type TopicChipsProps = { readonly topics: Lead['topics']; readonly limit?: number };

export function TopicChips({ topics, limit = topics.length }: TopicChipsProps) {
  const hidden = topics.length - limit;
  return (
    <span className={css.chips}>
      {topics.slice(0, limit).map((topic) => (
        <span key={topic} className={css.chip}>
          {text.topic[topic]}
        </span>
      ))}
      {hidden > 0 ? <span className={css.more}>{`+${hidden}`}</span> : null}
    </span>
  );
}
