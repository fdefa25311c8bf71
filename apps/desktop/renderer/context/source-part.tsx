import type { Message } from '@transom/shared';
import type { Row } from '../../contract/views.ts';
import { useThread } from '../desk-context.tsx';
import { text } from '../text/spoken.ts';
import { Fact, OutsideLink, Part } from './part.tsx';

/** Where they come from. */
export function SourcePart({ row }: { readonly row: Row }) {
  const hasComment = row.window.comment !== null || row.source.kind === 'comment';
  // Only where there can be one: otherwise every new message would search a thread of thousands in vain.
  const permalink = useThread((state) => (hasComment ? newestPermalink(state.messages) : null));
  const { profileUrl } = row.contact;
  return (
    <Part title={text.context.sourceTitle}>
      <dl>
        <Fact name={text.context.source}>{text.source[row.source.kind]}</Fact>
        {row.source.adTitle === null ? null : (
          <Fact name={text.context.adTitle}>
            <bdi>{row.source.adTitle}</bdi>
          </Fact>
        )}
        {profileUrl === null ? null : (
          <Fact name={text.context.profile}>
            <OutsideLink url={profileUrl} words={text.context.openProfile} />
          </Fact>
        )}
        {permalink === null ? null : (
          <Fact name={text.context.post}>
            <OutsideLink url={permalink} words={text.thread.openPost} />
          </Fact>
        )}
      </dl>
    </Part>
  );
}

function newestPermalink(messages: readonly Message[]): string | null {
  return messages.findLast(({ comment }) => typeof comment?.permalink === 'string')?.comment?.permalink ?? null;
}
