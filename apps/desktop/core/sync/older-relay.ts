import { type Command, type CommandKind, type Refusal, refuse, withdrawingSince } from '@transom/shared';

/** What a relay from before `withdrawingSince` would only call a wrong shape is refused here, in words; null for anything that it understands. */
export function barredByOlderRelay(command: Command, version: number): Refusal | null {
  if (version >= withdrawingSince) return null;
  const isNew = newKinds.has(command.kind) || (command.kind === 'handoff.claim' && command.takeOver === true);
  return isNew ? refuse('not_configured', relayIsOlder) : null;
}

/** The same command without what such a relay does not know. */
export function forRelayOf(version: number, command: Command): Command {
  if (version >= withdrawingSince || !('seenMessageId' in command)) return command;
  const { seenMessageId: _unknown, ...known } = command;
  return known;
}

const newKinds: ReadonlySet<CommandKind> = new Set(['reply.withdraw', 'handoff.reopen', 'account.human_agent']);
const relayIsOlder =
  'The relay is older than this desk and cannot do this yet, so nothing was changed. Ask whoever runs the relay to update it.';
