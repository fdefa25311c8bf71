import type { Attachment } from '@transom/shared';
import { asLink, asList, asNumber, asRecord, asText, type Shape } from '../shape.ts';

/** Media that Meta announces but does not deliver: view-once pictures, and kinds that the API has no format for. */
const withheld: ReadonlySet<string> = new Set(['ephemeral', 'unsupported_type']);

/** A heart that was tapped instead of typed: formally an attachment, but with nothing to show. */
const tappedHeart = 'like_heart';
export const heart = '\u2764\ufe0f';

/** Separates hearts from the other attachments; they are shown as text. */
export function takeHearts(attachments: readonly Attachment[]): {
  readonly hasHeart: boolean;
  readonly rest: Attachment[];
} {
  const rest = attachments.filter(({ type }) => type !== tappedHeart);
  return { hasHeart: rest.length < attachments.length, rest };
}

/** Every attachment of a message, including those of unknown shape: a desk says that something is there. */
export function readAttachments(value: unknown): Attachment[] {
  return (asList(value) ?? []).map(readAttachment);
}

/** Whether a message with only these has nothing that a desk could show. */
export function allWithheld(attachments: readonly Attachment[]): boolean {
  return attachments.every((attachment) => withheld.has(attachment.type));
}

function readAttachment(value: unknown): Attachment {
  const attachment = asRecord(value) ?? {};
  const type = asText(attachment.type) ?? 'unknown';
  // `payload` is an object, null, a string, or missing (Messenger fallback and Instagram ephemeral).
  const payload = asRecord(attachment.payload) ?? {};
  const element = firstElement(payload);
  return {
    type,
    url: asLink(payload.url) ?? asLink(attachment.url) ?? asLink(attachment.payload) ?? asLink(element.image_url),
    title: asText(payload.title) ?? asText(attachment.title) ?? asText(element.title) ?? coordinatesOf(payload),
  };
}

/** The first card of a template, or the product that somebody asks about. */
function firstElement(payload: Shape): Shape {
  const holder = asRecord(payload.generic) ?? asRecord(payload.product) ?? payload;
  return asRecord(asList(holder.elements)?.[0]) ?? {};
}

function coordinatesOf(payload: Shape): string | null {
  const coordinates = asRecord(payload.coordinates);
  const lat = asNumber(coordinates?.lat);
  const long = asNumber(coordinates?.long);
  return lat === null || long === null ? null : `${lat}, ${long}`;
}
