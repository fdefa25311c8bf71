import type { CommandAnswer, CommandEnvelope } from '@transom/shared';
import type { Actor } from './actor.ts';

/** What the rest of the relay may ask of the inbox. */
export interface Inbox {
  /** Carries out a person's command, once per id; a repeated id gets the first answer. */
  perform(actor: Actor, envelope: CommandEnvelope): Promise<CommandAnswer>;
}

/** The answer of a command that makes no message. */
export const done: CommandAnswer = { ok: true, messageId: null, state: null };
