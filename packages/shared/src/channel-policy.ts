import * as z from 'zod';

/**
 * The rules of a channel, as a value: its folder on the relay writes them down with their source, and they travel to desks in the account's
 * document. This package computes with them and knows no channel by name, so that when a channel changes a rule, one file on the relay
 * changes and no desk needs an update.
 *
 * It is read tolerantly: what a newer relay adds is ignored, and a word that this version does not know opens nothing.
 */
export const textLimitSchema = z.object({
  count: z.number().int().nonnegative(),
  /** Bytes are UTF-8. An unknown unit is read as bytes: no other count is stricter. */
  unit: z.enum(['bytes', 'characters']).catch('bytes'),
});
export type TextLimit = z.infer<typeof textLimitSchema>;

/** How long a window stays open, ms. Counted from the event that opened it, by the channel's clock. */
const spanSchema = z.object({ lastsMs: z.number().int().nonnegative() });

/** What a person does that may open a window. Where two apply, the ad wins: a message that an ad led to is `ad_referral`. */
export type Opener =
  | 'message'
  | 'story_reply'
  | 'story_mention'
  | 'postback'
  | 'reaction'
  | 'ad_referral'
  | 'link_referral'
  | 'comment';

export const channelPolicySchema = z.object({
  /** As people know the channel. */
  name: z.string(),
  /** The version of these rules, recorded with every decision, so that it can be explained later. Another value is another version. */
  version: z.string(),
  /** Where each rule was read, and as of when. */
  sources: z.array(z.object({ what: z.string(), asOf: z.string() })),
  /** What opens which window. What is not named opens none. */
  opens: z.record(z.string(), z.string()),
  windows: z.object({
    standard: spanSchema,
    /** After an ad led the person here. */
    ad: spanSchema,
    /** Past the standard window, for what a person writes. Null where the channel has no such thing. */
    human_agent: spanSchema.extend({ needsApproval: z.boolean() }).nullable(),
    /** One message to the commenter. Null where a comment allows none. */
    private_reply: spanSchema.nullable(),
  }),
  /** The longest text of one message. */
  text: textLimitSchema,
  /** The largest attachment of each type. */
  media: z.record(z.string(), z.object({ maxBytes: z.number().int().nonnegative() })),
  /** Where a person's profile is, with `{username}` in it; null where that is not known. */
  profileUrl: z.string().nullable().default(null),
  /** Transom's plans that include replies on this channel, the smallest first. */
  replyPlans: z.array(z.string()),
});
export type ChannelPolicy = z.infer<typeof channelPolicySchema>;
