import type { Attachment } from '@transom/shared';
import { CalendarClock, ExternalLink, FileText, Film, Image, Link2, MapPin, Mic, Sticker } from 'lucide-react';
import { useDesk } from '../desk-context.tsx';
import { attachmentWords } from '../display/attachment-words.ts';
import { text } from '../text/spoken.ts';
import css from './attachment-card.module.css';
import { useThreadFacts } from './writer.ts';

const signs: Readonly<Record<string, typeof Image>> = {
  animated_image: Image,
  appointment_booking: CalendarClock,
  audio: Mic,
  file: FileText,
  ig_reel: Film,
  image: Image,
  location: MapPin,
  reel: Film,
  sticker: Sticker,
  story: Image,
  story_mention: Image,
  video: Film,
};
type AttachmentCardProps = { readonly attachment: Attachment; readonly isStory: boolean };

/** What was attached, never loaded automatically: opening it is a choice, and happens outside the desk. */
export function AttachmentCard({ attachment, isStory }: AttachmentCardProps) {
  const { openExternal } = useDesk();
  const { channel } = useThreadFacts();
  const { type, url } = attachment;
  const Sign = (Object.hasOwn(signs, type) ? signs[type] : undefined) ?? Link2;
  const { title, hint } = attachmentWords(attachment, { isStory, channel });
  return (
    <div className={css.card}>
      <span className={css.sign}>
        <Sign size={20} aria-hidden="true" />
      </span>
      <span className={css.words}>
        <span className={css.title} dir="auto">
          {title}
        </span>
        <span className={css.hint} dir="auto">
          {hint}
        </span>
        {url === null ? null : (
          <button type="button" className={css.open} onClick={() => void openExternal(url)}>
            {text.thread.openAttachment}
            <ExternalLink size={13} aria-hidden="true" />
          </button>
        )}
      </span>
    </div>
  );
}
