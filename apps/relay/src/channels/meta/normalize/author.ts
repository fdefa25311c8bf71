import type { ContactHint } from '../../../inbox/events.ts';
import { asText, type Shape } from '../shape.ts';

/** Who wrote a comment, by its `from`; null if no id was given. */
export function authorOf(senderId: string | null, from: Shape | null): ContactHint | null {
  return senderId === null ? null : { senderId, name: asText(from?.name), username: asText(from?.username) };
}
