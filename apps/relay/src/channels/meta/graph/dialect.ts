import type { AccountIdentity } from '../../../outbound/channel-port.ts';
import type { Shape } from '../shape.ts';

/** Where the calls of Meta's channels differ. */
export type GraphDialect = {
  /** Whether calls carry a proof that we know the app's secret: an app can demand it. */
  readonly provesSecret: boolean;
  /** What the relay understands, by the object's own names. One that the object does not know makes Meta refuse the whole list. */
  readonly subscribedFields: readonly string[];
  /** What `me` is asked for, and which of it names the account. */
  readonly identityFields: string;
  identityOf(body: Shape): Pick<AccountIdentity, 'appScopedId'> & { readonly nativeId: string | null };
  /** Whether the app can ask Meta who signed in to hand out a token. */
  readonly tellsWhoSignedIn: boolean;
  /** How the conversations edge calls this channel. */
  readonly platform: string;
  readonly profileFields: string;
  /** `reference` comes back in the echo where the channel returns it. */
  messageOf(text: string, reference: string): Shape;
  /** What stands beside a reply within the usual window. */
  readonly standard: Shape;
  /** What stands beside one past it, which a person wrote. */
  readonly humanAgent: Shape;
};
