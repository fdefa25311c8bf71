import type { Attachment } from '@transom/shared';
import type { Row } from '../../contract/views.ts';
import { text } from '../text/spoken.ts';

/** Kinds that Meta sends with a link that expires: without the link they are gone. No other kind ever had one. */
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

/** An unknown kind is still an attachment. */
export function attachmentName(type: string): string {
  const names: Readonly<Record<string, string>> = text.thread.attachment;
  return (Object.hasOwn(names, type) ? names[type] : undefined) ?? text.thread.otherAttachment;
}

type Shown = { readonly isStory: boolean; readonly channel: Row['channel'] };

/** What an attachment is called, and what can be done with it. */
export function attachmentWords(
  { type, url, title }: Attachment,
  { isStory, channel }: Shown,
): { readonly title: string; readonly hint: string } {
  const name = attachmentName(type);
  const openable = isStory ? text.thread.storyHint : text.thread.attachmentHint;
  if (type === 'location')
    return { title: name, hint: title ?? (url === null ? text.thread.locationUnknown : openable) };
  if (url !== null) return { title: title ?? name, hint: openable };
  const hint = linked.has(type) ? text.thread.attachmentGone : text.thread.attachmentInApp(text.channel(channel));
  return { title: title ?? name, hint };
}
