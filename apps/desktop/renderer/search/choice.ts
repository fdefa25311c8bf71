import type { SearchHit } from '../../contract/views.ts';
import type { CommandId } from '../commands/commands.ts';

/** What Enter would do: a command, or a conversation at the message that was found. */
export type Choice =
  | { readonly kind: 'command'; readonly command: CommandId }
  | { readonly kind: 'hit'; readonly hit: SearchHit };
