import type { Attachment } from '@transom/shared';
import { CalendarClock, ExternalLink, FileText, Film, Image, Link2, MapPin, Mic, Sticker } from 'lucide-react';
import { useDesk } from '../desk-context.tsx';
import { text } from '../text/en.ts';
import css from './attachment-card.module.css';
import { attachmentName, type ThreadFacts, useThreadFacts } from './writer.ts';

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
/** What Meta sends with a link that runs out: without one it is gone. Everything else never had one. */
const linked = new Set([
  'animated_image',
  'audio',
  'file',
  'ig_reel',
  'ig_story',
  'image',
  'reel',
  'story',
  'story_mention',
  'video',
]);

type AttachmentCardProps = { readonly attachment: Attachment; readonly isStory: boolean };

/** What was attached, never loaded by itself: opening it is a choice, and happens outside the desk. */
export function AttachmentCard({ attachment, isStory }: AttachmentCardProps) {
  const { openExternal } = useDesk();
  const facts = useThreadFacts();
  const { type, url } = attachment;
  const Sign = (Object.hasOwn(signs, type) ? signs[type] : undefined) ?? Link2;
  const { title, hint } = attachmentWords(attachment, isStory, facts);
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

export function attachmentWords(
  { type, url, title }: Attachment,
  isStory: boolean,
  { channel }: Pick<ThreadFacts, 'channel'>,
): { readonly title: string; readonly hint: string } {
  const name = attachmentName(type);
  if (type === 'location')
    return { title: name, hint: title ?? (url === null ? text.thread.locationUnknown : text.thread.attachmentHint) };
  if (url !== null) return { title: title ?? name, hint: isStory ? text.thread.storyHint : text.thread.attachmentHint };
  const hint = linked.has(type) ? text.thread.attachmentGone : text.thread.attachmentInApp(text.channel[channel]);
  return { title: title ?? name, hint };
}
