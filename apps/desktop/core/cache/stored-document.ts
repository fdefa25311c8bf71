import { crc32 } from 'node:zlib';
import { type AsItIs, asItIs, type Message, messageSchema, readMessage } from '@transom/shared';
import type * as z from 'zod';
import { DamagedCache } from './damage.ts';

/** A document as the relay wrote it and the sum that was stored with it; null for one stored before sums existed. */
export type Stored = { readonly document: string; readonly sum: number | null };
/** A message whose document cannot be read is identified by its columns. */
export type StoredMessage = Stored & { readonly id: string; readonly rev: number };

/** A stored document is parsed each time, never trusted to have a shape: a build that read other documents may have stored it. */
export function readStored<Schema extends z.ZodType>(schema: Schema, stored: Stored): z.output<Schema> {
  const document = checkStored(stored);
  if (quickReader(schema)(document)) return document as z.output<Schema>;
  const parsed = schema.safeParse(document);
  if (!parsed.success) throw new DamagedCache('a stored document has an unknown shape');
  return parsed.data;
}

export function readStoredMessage({ id, rev, ...stored }: StoredMessage): Message {
  const document = checkStored(stored);
  if (quickReader(messageSchema)(document)) return document as Message;
  const message = readMessage(id, rev, document);
  if (message === null) throw new DamagedCache('a stored message has no place in a thread');
  return message;
}

const quickReaders = new WeakMap<z.ZodType, AsItIs>();
function quickReader(schema: z.ZodType): AsItIs {
  const made = quickReaders.get(schema) ?? asItIs(schema);
  quickReaders.set(schema, made);
  return made;
}

/** The document itself, if it is what was stored. */
export function checkStored({ document, sum }: Stored): unknown {
  if (sum !== null && sum !== crc32(document)) throw new DamagedCache('a stored document is not what was stored');
  try {
    return JSON.parse(document) as unknown;
  } catch (error) {
    throw new DamagedCache('a stored document cannot be read', { cause: error });
  }
}

/**
 * The document as it came. One that is nested too deeply to be written is stored as this build reads it: it must not hold up the page
 * that it came in.
 */
export function toStore(asItCame: unknown, asRead: object = {}): { readonly document: string; readonly sum: number } {
  let text: string;
  try {
    text = JSON.stringify(asItCame);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    text = JSON.stringify(asRead);
  }
  return { document: text, sum: crc32(text) };
}

/** A text as its column has it: a broken character (half a surrogate pair) cannot be stored. */
export function asStored<Text extends string | null>(text: Text): Text {
  return (text === null ? null : text.toWellFormed()) as Text;
}
