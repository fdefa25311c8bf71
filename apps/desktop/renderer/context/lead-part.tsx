import type { Row } from '../../contract/views.ts';
import { TopicChips } from '../parts/topic-chip.tsx';
import { text } from '../text/spoken.ts';
import css from './context-panel.module.css';
import { Fact, Part } from './part.tsx';

/** What they want. */
export function LeadPart({ row }: { readonly row: Row }) {
  return (
    <Part title={text.context.lead}>
      {row.lead === null ? (
        <p className={css.quiet}>{text.context.noLead}</p>
      ) : (
        <dl>
          <Fact name={text.context.stage}>{text.stage[row.lead.stage]}</Fact>
          <Fact name={text.context.topics}>
            {row.lead.topics.length === 0 ? (
              text.context.noTopics
            ) : (
              <span className={css.wrap}>
                <TopicChips topics={row.lead.topics} />
              </span>
            )}
          </Fact>
        </dl>
      )}
    </Part>
  );
}
