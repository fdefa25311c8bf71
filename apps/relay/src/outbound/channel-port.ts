import type { Channel, ChannelPolicy, Reason, ReasonOf, SendMode } from '@transom/shared';

/**
 * What the outbound room asks of a channel. The channels' folders (`channels/`) implement it; it is a port because no other room knows a
 * channel's JSON, and because its answers are the vocabulary of the outbound state machine.
 */
export type ChannelAccount = {
  readonly channel: Channel;
  /** The id that the channel's calls take for this account (Instagram account id, Page id). */
  readonly nativeId: string;
  readonly token: string;
};

export type OutgoingMessage = {
  /** A contact who wrote, or the comment that gets its one private reply. */
  readonly to: { readonly contactId: string } | { readonly commentId: string };
  readonly text: string;
  /** The window in which it is sent; the channel turns this into what its calls need. */
  readonly mode: SendMode;
  /** Comes back in the echo if the channel supports that. At most 1,000 characters. */
  readonly clientReference: string;
};

/**
 * not_sent      nothing left this machine: safe to repeat
 * unknown       it may have arrived: never repeated, looked up (repeating made 13 duplicates, September 2026)
 * throttled     Meta asks the account to slow down
 * reauth        the token is dead: the account stops, its queue stays
 * calls_refused Meta refused the call itself, whatever the message: the account waits, its queue stays
 * refused       Meta said no for this message or this contact, for good
 *
 * `why` is kept with the message and shown to people.
 */
export type SendOutcome =
  | { readonly kind: 'sent'; readonly nativeMessageId: string; readonly recipientId: string | null }
  | { readonly kind: 'not_sent'; readonly why: ReasonOf<'not_sent'> }
  | { readonly kind: 'unknown'; readonly why: ReasonOf<'unconfirmed'> }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number | null; readonly why: ReasonOf<'throttled'> }
  | { readonly kind: 'reauth'; readonly why: ReasonOf<'reauth_required'> }
  | { readonly kind: 'calls_refused'; readonly why: ReasonOf<'calls_refused'> }
  | {
      readonly kind: 'refused';
      readonly why: ReasonOf<
        | 'window_closed'
        | 'recipient_unavailable'
        | 'private_reply_used'
        | 'account_restricted'
        | 'not_thread_owner'
        | 'invalid'
      >;
      /** Meta's code and subcode, for support. */
      readonly platformCode: string;
    };

export type SentMessage = { readonly nativeMessageId: string; readonly text: string | null; readonly sentAt: number };

export type AccountIdentity = {
  readonly nativeId: string;
  readonly appScopedId: string | null;
  readonly name: string;
  readonly username: string | null;
};

export interface ChannelPort {
  /** The rules of each channel, by its name. */
  readonly policies: Readonly<Record<string, ChannelPolicy>>;
  send(account: ChannelAccount, message: OutgoingMessage): Promise<SendOutcome>;
  /** What the business last wrote to this contact, newest first (at most 20). Null if it cannot be read now. */
  readSent(account: ChannelAccount, contactId: string): Promise<readonly SentMessage[] | null>;
  /** Asks whose token it is. */
  identify(
    channel: Channel,
    token: string,
  ): Promise<{ ok: true; identity: AccountIdentity } | { ok: false; why: Reason }>;
  /** Who signed in to hand out this token, by the id that Meta's deauthorize and deletion requests use; null if Meta does not tell. */
  readSignedInBy(channel: Channel, token: string): Promise<string | null>;
  /** Subscribes the account to the events that the relay understands, and reads them back. */
  subscribe(account: ChannelAccount): Promise<{ ok: true; fields: readonly string[] } | { ok: false; why: Reason }>;
  /** The contact's name, if they consented to it by writing. Null if Meta does not tell. */
  readProfile(
    account: ChannelAccount,
    contactId: string,
  ): Promise<{ name: string | null; username: string | null } | null>;
}
