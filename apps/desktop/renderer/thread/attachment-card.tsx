import type { Attachment } from '@transom/shared';
import { ExternalLink, FileText, Film, Image, Link2, Mic } from 'lucide-react';
import { useDesk } from '../desk-context.tsx';
import { text } from '../text/en.ts';
import css from './attachment-card.module.css';

const signs = { image: Image, video: Film, audio: Mic, file: FileText, story_mention: Image, story: Image };

type AttachmentCardProps = { readonly attachment: Attachment; readonly isStory: boolean };

/** What was attached, never loaded by itself: opening it is a choice, and happens outside the desk. */
export function AttachmentCard({ attachment, isStory }: AttachmentCardProps) {
  const { openExternal } = useDesk();
  const { type, title, url } = attachment;
  const Sign = Object.hasOwn(signs, type) ? signs[type as keyof typeof signs] : Link2;
  return (
    <div className={css.card}>
      <span className={css.sign}>
        <Sign size={20} aria-hidden="true" />
      </span>
      <span className={css.words}>
        <span className={css.title} dir="auto">
          {title ?? text.thread.attachment(type)}
        </span>
        <span className={css.hint}>
          {url === null ? text.thread.attachmentGone : isStory ? text.thread.storyHint : text.thread.attachmentHint}
        </span>
      </span>
      {url === null ? null : (
        <button type="button" className={css.open} onClick={() => void openExternal(url)}>
          {text.thread.openAttachment}
          <ExternalLink size={13} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
