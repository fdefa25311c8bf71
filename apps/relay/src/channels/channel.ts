import type { ChannelPolicy } from '@transom/shared';
import type { ChannelPort } from '../outbound/channel-port.ts';

/**
 * What a channel brings. Each has a folder here with everything that is only so on this channel; `all.ts` joins them, and the other
 * rooms receive what they need as values. Outside this folder a channel is a name found in data, never one that is written in code.
 */
export type ChannelDefinition = {
  /** As in documents, rows and addresses. Never changes: it is stored. */
  readonly name: string;
  readonly policy: ChannelPolicy;
  readSettings(read: SettingsReader): ChannelSettings;
  /** Names of variables that are not set, and without which nothing can be received. */
  missingToReceive(settings: ChannelSettings): readonly string[];
  connect(settings: ChannelSettings, hooks: ChannelHooks): ChannelConnector;
};

/** Reads a setting by its variable's name. Null if it is not set, or if it is no address, which is then told to the operator. */
export type SettingsReader = { text(name: string): string | null; url(name: string): string | null };

export type ChannelSettings = {
  readonly appId: string | null;
  /** The present secret first; behind a comma the one before it, while it is being changed. Any of them signs webhooks. */
  readonly appSecrets: readonly string[];
  /** What must be said in the handshake of a webhook. */
  readonly webhookToken: string | null;
  /** Base address without version and without a slash at the end. */
  readonly apiUrl: string;
};

export type ChannelHooks = {
  /** Hears how the channel dates each answer by its own clock, and how long the call took. */
  readonly noteDated?: (at: number, tookMs: number) => void;
  /** For one whole call, connecting included. */
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
  /** Where it is called. The first is the one to name in a set-up. */
  readonly paths: readonly string[];
  readonly scheme: WebhookScheme;
  readonly secrets: readonly AppSecret[];
  /** What must be said in the handshake; null if it is not set. */
  readonly verifyToken: string | null;
};

/** How the caller of a webhook proves who it is. The same object for all channels of a family, which may sign for each other. */
export type WebhookScheme = {
  /** The header that carries the signature. */
  readonly header: string;
  /** Asked before a byte of the body is read. */
  looksSigned(header: string): boolean;
  /** The name of the secret that signed exactly these bytes, or null. */
  verify(body: Buffer, header: string | undefined, secrets: readonly AppSecret[]): string | null;
  /** The answer to the question whether this address is ours. */
  answerHandshake(query: Readonly<Record<string, unknown>>, verifyToken: string | undefined): HandshakeAnswer;
};

export type HandshakeAnswer = { readonly ok: true; readonly challenge: string } | { readonly ok: false };

/** `name` is what deliveries record, so that a rotated or swapped secret shows; the secret itself goes nowhere. */
export type AppSecret = { readonly name: string; readonly secret: string };

/** Signing in happens in the system browser. */
export type ChannelSignIn = {
  /** The variable that is not set and without which nobody can sign in; null if all is there. */
  readonly missing: string | null;
  /** The page to open. `redirectUri` must be registered with the app, letter by letter. */
  authorizeUrl(request: { readonly redirectUri: string; readonly state: string }): string;
};
