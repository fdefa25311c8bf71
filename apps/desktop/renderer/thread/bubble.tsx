import type { Message } from '@transom/shared';
import { CircleHelp, ExternalLink, Image, MessageSquare, MousePointerClick } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDesk, useThread } from '../desk-context.tsx';
import { hasVisibleText } from '../display/visible-text.ts';
import { text } from '../text/spoken.ts';
import { AttachmentCard } from './attachment-card.tsx';
import css from './bubble.module.css';
import { Quote } from './quote.tsx';
import { useThreadFacts } from './writer.ts';

/** One message. Words of people are text nodes and nothing else: no links, no markup, their own direction. */
export function Bubble({ message, isInTrouble }: { readonly message: Message; readonly isInTrouble: boolean }) {
  const { channel, isErased } = useThreadFacts();
  const isFocus = useThread((state) => state.focusId === message.id);
  const side = message.direction === 'inbound' ? css.them : css.us;
  return (
    <>
      <div className={`${css.bubble} ${side} ${isInTrouble ? css.trouble : ''} ${isFocus ? css.found : ''}`}>
        <Origin message={message} />
        {isErased ? null : <Quote message={message} />}
        <Words message={message} />
        {message.attachments.map((attachment, index) => (
          <AttachmentCard
            key={`${index}-${attachment.type}`}
            attachment={attachment}
            isStory={message.kind.startsWith('story')}
          />
        ))}
        {message.editedAt === null ? null : <span className={css.edited}>{text.thread.edited}</span>}
        {message.hiddenAt === null ? null : (
          <span className={css.edited} data-testid={`hidden-${message.id}`}>
            {text.thread.hidden(channel)}
          </span>
        )}
      </div>
      {message.reaction === null ? null : (
        <span className={css.reaction} role="img" aria-label={text.thread.reaction(message.reaction)}>
          {message.reaction}
        </span>
      )}
    </>
  );
}

function Words({ message }: { readonly message: Message }) {
  const { channel, isErased } = useThreadFacts();
  if (isErased) return <p className={css.unsent}>{text.thread.erased}</p>;
  if (message.unsentAt !== null) return <p className={css.unsent}>{text.thread.unsent}</p>;
  if (message.kind === 'unsupported')
    return <p className={css.unsent}>{text.thread.unsupported(text.channel(channel))}</p>;
  if (message.text === null || message.text === '')
    return message.kind === 'unknown' && message.attachments.length === 0 ? (
      <p className={css.unsent}>{text.update.message}</p>
    ) : null;
  if (!hasVisibleText(message.text)) return <p className={css.unsent}>{text.thread.noVisibleText}</p>;
  return (
    <p className={css.words} dir="auto">
      {message.text}
    </p>
  );
}

/** Where the words come from, when it is not a plain direct message. */
function Origin({ message }: { readonly message: Message }) {
  const { openExternal } = useDesk();
  const { adTitle } = useThreadFacts();
  const permalink = message.comment?.permalink ?? null;
  switch (message.kind) {
    case 'comment':
      return (
        <Head
          sign={<MessageSquare size={13} aria-hidden="true" />}
          words={message.comment?.parentId === null ? text.thread.comment : text.thread.commentReply}
        >
          {permalink === null ? null : (
            <button type="button" className={css.link} onClick={() => void openExternal(permalink)}>
              {text.thread.openPost}
              <ExternalLink size={12} aria-hidden="true" />
            </button>
          )}
        </Head>
      );
    case 'private_reply':
      return <Head sign={<MessageSquare size={13} aria-hidden="true" />} words={text.thread.privateReply} />;
    case 'story_mention':
      return <Head sign={<Image size={13} aria-hidden="true" />} words={text.thread.storyMention} />;
    case 'story_reply':
      return <Head sign={<Image size={13} aria-hidden="true" />} words={text.thread.storyReply} />;
    case 'postback':
      return <Head sign={<MousePointerClick size={13} aria-hidden="true" />} words={adTitle ?? text.thread.postback} />;
    case 'unknown':
      return message.text === null && message.attachments.length === 0 ? null : (
        <Head sign={<CircleHelp size={13} aria-hidden="true" />} words={text.update.whole} />
      );
    case 'text':
    case 'attachment':
    case 'unsupported':
    case 'note':
      return null;
  }
}

function Head({
  sign,
  words,
  children,
}: {
  readonly sign: ReactNode;
  readonly words: string;
  readonly children?: ReactNode;
}) {
  return (
    <p className={css.head}>
      {sign}
      <bdi className={css.origin}>{words}</bdi>
      {children}
    </p>
  );
}
