import type { AccountIdentity } from '../../../outbound/channel-port.ts';
import type { Shape } from '../shape.ts';

/** Where the calls of Meta's channels differ. */
export type GraphDialect = {
  /** Whether calls carry a proof that we know the app's secret: an app can require it. */
  readonly provesSecret: boolean;
  /** The fields that the relay understands, by the object's own names. One unknown name makes Meta refuse the whole list. */
  readonly subscribedFields: readonly string[];
  /** The fields asked of `me`, and how they name the account. */
  readonly identityFields: string;
  identityOf(body: Shape): Pick<AccountIdentity, 'appScopedId'> & { readonly nativeId: string | null };
  /** Whether the app can ask Meta who signed in to hand out a token. */
  readonly canReadSignedInBy: boolean;
  /** This channel's name at the conversations edge. */
  readonly platform: string;
  readonly profileFields: string;
  /** The echo carries `reference` if the channel returns it. */
  messageOf(text: string, reference: string): Shape;
  /** What accompanies a reply within the standard window. */
  readonly standard: Shape;
  /** What accompanies a later reply, which a person wrote. */
  readonly humanAgent: Shape;
};
