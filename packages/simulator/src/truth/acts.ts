import * as z from 'zod';

/** Everything that a buyer, or the business outside of Transom, can do. `at` is when, by the simulator's clock. */
const target = { nativeMessageId: z.string() };
const ad = { adTitle: z.string().optional(), adId: z.string().optional() };

const attachmentTypeSchema = z.enum([
  'image',
  'video',
  'audio',
  'file',
  'share',
  'ig_post',
  'ig_reel',
  'sticker',
  'ephemeral',
  'location',
]);

export const actSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('writes'),
    text: z.string(),
    ...ad,
    /** A link or shop reference that came with the message. */
    ref: z.string().optional(),
    /** The message that this one quotes. */
    replyTo: z.string().optional(),
    quickReply: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('sendsAttachment'),
    type: attachmentTypeSchema.optional(),
    /** Several share one message id. */
    count: z.number().int().min(1).max(10).optional(),
    title: z.string().optional(),
    url: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('sendsUnsupported') }),
  z.strictObject({ kind: z.literal('repliesToStory'), text: z.string(), storyId: z.string().optional() }),
  z.strictObject({ kind: z.literal('mentionsInStory') }),
  z.strictObject({
    kind: z.literal('comments'),
    text: z.string(),
    postId: z.string().optional(),
    /** The comment that this one answers. */
    parentId: z.string().optional(),
    ...ad,
  }),
  z.strictObject({ kind: z.literal('deletesComment'), commentId: z.string() }),
  z.strictObject({ kind: z.literal('taps'), title: z.string(), payload: z.string().optional(), ...ad }),
  z.strictObject({ kind: z.literal('followsLink'), ref: z.string() }),
  z.strictObject({
    kind: z.literal('reacts'),
    ...target,
    emoji: z.string().optional(),
    reaction: z.string().optional(),
    removes: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal('unsends'), ...target }),
  z.strictObject({ kind: z.literal('edits'), ...target, text: z.string() }),
  z.strictObject({ kind: z.literal('reads'), nativeMessageId: z.string().optional() }),
  z.strictObject({ kind: z.literal('receives'), ...target }),
  z.strictObject({ kind: z.literal('businessWritesElsewhere'), text: z.string() }),
]);
export type Act = z.infer<typeof actSchema>;
export type ActKind = Act['kind'];
export type ActOf<Kind extends ActKind> = Extract<Act, { kind: Kind }>;

/** What an act created. */
export type ActAnswer = { nativeMessageId: string | null; commentId: string | null };
