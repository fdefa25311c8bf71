import type { ChannelPolicy } from '@transom/shared';
import type { ChannelPort } from '../outbound/channel-port.ts';

/**
 * What a channel provides. Each has a folder here with everything specific to it; `all.ts` joins them, and the other rooms receive what
 * they need as values. Outside this folder, a channel is a name found in data, never one written in code.
 */
export type ChannelDefinition = {
  /** As in documents, rows and addresses. Never changes, because it is stored. */
  readonly name: string;
  readonly policy: ChannelPolicy;
  readSettings(read: SettingsReader): ChannelSettings;
  /** Names of the unset variables without which nothing can be received. */
  missingToReceive(settings: ChannelSettings): readonly string[];
  connect(settings: ChannelSettings, hooks: ChannelHooks): ChannelConnector;
};

/** Reads a setting by its variable's name. Null if it is not set, or is not an address, which is reported to the operator. */
export type SettingsReader = { text(name: string): string | null; url(name: string): string | null };

export type ChannelSettings = {
  readonly appId: string | null;
  /** The current secret first, then the previous one during a rotation (separated by a comma). Any of them may sign webhooks. */
  readonly appSecrets: readonly string[];
  /** The token expected in a webhook's handshake. */
  readonly webhookToken: string | null;
  /** Base address without version or trailing slash. */
  readonly apiUrl: string;
};

export type ChannelHooks = {
  /** Receives the date of each answer by the channel's own clock, and how long the call took. */
  readonly noteServerDate?: (at: number, tookMs: number) => void;
  /** For one whole call, including connecting. */
  readonly timeoutMs?: number;
};

/** A channel with its settings, ready for use. */
export type ChannelConnector = {
  readonly name: string;
  readonly policy: ChannelPolicy;
  readonly webhook: ChannelWebhook;
  readonly signIn: ChannelSignIn;
  readonly calls: ChannelCalls;
};

/** The calls of one channel; `ChannelPort` is all of them together. */
export type ChannelCalls = Pick<ChannelPort, 'send' | 'readSent' | 'subscribe' | 'readProfile'> & {
  identify(token: string): ReturnType<ChannelPort['identify']>;
  readSignedInBy(token: string): ReturnType<ChannelPort['readSignedInBy']>;
};

export type ChannelWebhook = {
  /** Where it is called. Set-up instructions name the first. */
  readonly paths: readonly string[];
  readonly scheme: WebhookScheme;
  readonly secrets: readonly AppSecret[];
  /** The token expected in the handshake; null if it is not set. */
  readonly verifyToken: string | null;
};

/** How the caller of a webhook proves who it is. The same object for all channels of a family, which may sign for each other. */
export type WebhookScheme = {
  /** The header that carries the signature. */
  readonly header: string;
  /** Checked before a byte of the body is read. */
  looksSigned(header: string): boolean;
  /** The name of the secret that signed exactly these bytes, or null. */
  verify(body: Buffer, header: string | undefined, secrets: readonly AppSecret[]): string | null;
  /** Answers the channel's check that this address is ours. */
  answerHandshake(query: Readonly<Record<string, unknown>>, verifyToken: string | undefined): HandshakeAnswer;
};

export type HandshakeAnswer = { readonly ok: true; readonly challenge: string } | { readonly ok: false };

/** Deliveries record `name`, so that a rotated or swapped secret is noticed; the secret itself is recorded nowhere. */
export type AppSecret = { readonly name: string; readonly secret: string };

/** Signing in happens in the system browser. */
export type ChannelSignIn = {
  /** The unset variable without which nobody can sign in; null if nothing is missing. */
  readonly missing: string | null;
  /** The page to open. `redirectUri` must be registered with the app, character for character. */
  authorizeUrl(request: { readonly redirectUri: string; readonly state: string }): string;
};
