import { accountSchema, idSchema, messageSchema, refusalSchema } from '@transom/shared';
import * as z from 'zod';
import { commandMethods, outcome } from './command-methods.ts';
import {
  clockSchema,
  draftSchema,
  draftTabSchema,
  laneSchema,
  outboxItemSchema,
  rowSchema,
  searchHitSchema,
  sessionSchema,
} from './views.ts';

/**
 * Everything that a window may ask of the core, and everything that the core tells a window. It is the only way between
 * them: over a message port in Electron, over a WebSocket in the browser host. Arguments are checked on the core's side; a
 * method that is not in this table cannot be called.
 */
const done = z.object({ ok: z.literal(true) });
const id = idSchema;
const conversationId = idSchema;
const page = { limit: z.number().int().min(1).max(500) };

export const methods = {
  /** Who is signed in where, and the state of the connection. The first call of every window. */
  'session.get': { input: z.strictObject({}), output: sessionSchema },
  'session.pair': {
    input: z.strictObject({
      relayUrl: z.string().max(500),
      code: z.string().max(100),
      name: z.string().min(1).max(100),
    }),
    output: outcome,
  },
  /** Forgets the device token and erases the cache. What waits in the outbox is held to be read, not sent. */
  'session.forget': { input: z.strictObject({}), output: done },

  /** The relay's time. A window asks in a round trip of its own, so that what waits in its queue does not lengthen a countdown. */
  'clock.get': { input: z.strictObject({}), output: clockSchema },

  /** One lane of the inbox in its order; `after` is the last row that the window has. */
  'inbox.list': {
    input: z.strictObject({ lane: laneSchema, after: conversationId.nullable(), ...page }),
    output: z.object({ rows: z.array(rowSchema), hasMore: z.boolean() }),
  },
  /** How many conversations each lane holds: the lanes add up to the total. */
  'inbox.counts': {
    input: z.strictObject({}),
    output: z.object({ lanes: z.record(laneSchema, z.number().int()), handoffs: z.number().int() }),
  },
  /** Handoffs that need a person now: someone can still be answered, and nobody else is on it. In the order of the inbox. */
  'inbox.handoffs': {
    input: z.strictObject({ after: conversationId.nullable(), ...page }),
    output: z.object({ rows: z.array(rowSchema), hasMore: z.boolean() }),
  },

  /** The newest messages of a thread, oldest first, or those before `before`; asks the relay where the cache ends. */
  'thread.read': {
    input: z.strictObject({
      conversationId,
      before: z.object({ sentAt: z.number().int(), id }).nullable(),
      ...page,
    }),
    output: z.object({
      row: rowSchema.nullable(),
      /**
       * False while the cache is being filled: `row` and `messages` may be missing because they have not arrived yet, and a `reset` follows
       * when everything has. When true, a conversation without a row is gone, as far as the relay has said.
       */
      isComplete: z.boolean(),
      messages: z.array(messageSchema),
      outbox: z.array(outboxItemSchema),
      hasMore: z.boolean(),
      /** True when older messages exist but only the relay has them and it cannot be reached. */
      olderUnreachable: z.boolean(),
    }),
  },
  /** What this window shows, and whether the person is at it: no alert is raised for what they are looking at. */
  'window.shows': {
    input: z.strictObject({ conversationId: conversationId.nullable(), isActive: z.boolean() }),
    output: done,
  },
  /** The person looked at the thread: the row is no longer unread on this desk. */
  'thread.seen': { input: z.strictObject({ conversationId }), output: done },

  ...commandMethods,
  /**
   * Takes back a reply that the relay has queued. `keep`: its words become a draft again, in its conversation and tab. If the relay was
   * asked and the answer is `not_stored` or any other refusal, that still happens once the feed says that the message is gone. Only after
   * `not_stored` does the desk keep asking; after another refusal it asks again when this is called again.
   */
  'reply.withdraw': { input: z.strictObject({ messageId: id, keep: z.boolean() }), output: outcome },

  /** What is typed and not sent, one per conversation and tab; survives restarts and closed windows. */
  'draft.get': {
    input: z.strictObject({ conversationId }),
    output: z.object({ drafts: z.record(draftTabSchema, draftSchema) }),
  },
  /**
   * Stores a draft and tells the other windows. `baseRev` is the draft that it was typed over: if another window stored one meanwhile,
   * nothing is stored, and `current` is that one. Words for a conversation that is gone are accepted too, but not as a draft: they are held
   * in the outbox, or move to the conversation that it was merged into.
   */
  'draft.put': {
    input: z.strictObject({
      conversationId,
      tab: draftTabSchema,
      /** Two joined texts may be longer than a message may be. */
      text: z.string().max(100_000),
      baseRev: z.number().int().nonnegative(),
    }),
    output: z.object({ isStored: z.boolean(), current: draftSchema }),
  },

  'outbox.list': { input: z.strictObject({}), output: z.object({ items: z.array(outboxItemSchema) }) },
  /** Checks a held reply again and sends it. `seenMessageId` when its author has seen more of the conversation since. */
  'outbox.retry': {
    input: z.strictObject({ clientMessageId: id, seenMessageId: id.optional() }),
    output: done,
  },
  /**
   * Takes an unsent message out of the outbox. `keep`: its words become a draft again; without it they are dropped. False when it is
   * already on its way, or its words cannot be kept because its conversation is gone.
   */
  'outbox.withdraw': {
    input: z.strictObject({ clientMessageId: id, keep: z.boolean() }),
    output: z.object({ isWithdrawn: z.boolean() }),
  },

  /**
   * Searches everything cached, names of attachments included, newest first: words, beginnings of words, emoji, and parts of words in
   * scripts without spaces. If nothing is found, one mistake in a word is forgiven.
   */
  'search.find': {
    input: z.strictObject({ text: z.string().max(200), limit: z.number().int().min(1).max(100) }),
    output: z.object({ hits: z.array(searchHitSchema) }),
  },

  /** Opens a web, mail or phone link outside the app; anything else is refused. In a browser only the window can: it opens `openHere`. */
  'host.openExternal': {
    input: z.strictObject({ url: z.string().max(2_000) }),
    output: z.union([
      z.object({ ok: z.literal(true), openHere: z.string().nullable() }),
      z.object({ ok: z.literal(false), refusal: refusalSchema }),
    ]),
  },
  'host.testNotification': { input: z.strictObject({}), output: outcome },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type MethodName = keyof typeof methods;
export type MethodInput<M extends MethodName> = z.infer<(typeof methods)[M]['input']>;
export type MethodOutput<M extends MethodName> = z.infer<(typeof methods)[M]['output']>;

export const events = {
  session: sessionSchema,
  /**
   * What is new or changed, and what was erased (`gone`), in one event, so that a window draws a message and its row together. The
   * window moves each row to its place.
   */
  changes: z.object({
    rows: z.object({ changed: z.array(rowSchema), gone: z.array(z.string()) }),
    messages: z.object({ changed: z.array(messageSchema), gone: z.array(z.string()) }),
  }),
  /** Another window of this desk typed here, or a draft was sent or erased. */
  draft: z.object({ conversationId: z.string(), tab: draftTabSchema, draft: draftSchema }),
  outbox: z.object({ items: z.array(outboxItemSchema) }),
  accounts: z.object({ accounts: z.array(accountSchema) }),
  /** The cache is being rebuilt, or has been filled: read everything again. */
  reset: z.object({}),
  /** The relay refused a command that was already shown here as done: it is undone. */
  refused: z.object({ conversationId: z.string(), refusal: refusalSchema }),
  /** Somebody clicked a notification or a link: show this conversation. */
  open: z.object({ conversationId: z.string() }),
} as const satisfies Record<string, z.ZodType>;

export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = z.infer<(typeof events)[E]>;

/** What the core serves to birpc: one function per method, called with one argument. */
export type CoreFunctions = { [M in MethodName]: (input: MethodInput<M>) => Promise<MethodOutput<M>> };
/** What a window serves to birpc: one function that takes every event. */
export type WindowFunctions = { event: <E extends EventName>(name: E, payload: EventPayload<E>) => void };
