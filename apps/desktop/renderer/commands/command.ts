import type { Text } from '@transom/shared';
import type { Step } from '../actions/move-in-list.ts';
import type { Desk } from '../desk.ts';

export type CommandGroup = keyof Text['keyGroup'];

/** How a command was requested, and for which conversation: the one being read or with the ring, unless a button belongs to another one. */
export type Asked = Step & { readonly conversationId: string | null };

/**
 * One thing that a person can ask of the desk. Palette, keys, the list of keys, buttons and their tooltips all read this. To add a command,
 * add its definition, and its words to the catalogue.
 */
export type Command = {
  /** As `event.key` gives them. `g i` is one key after the other; `Ctrl+` means Ctrl or, on macOS, Command. */
  readonly keys: readonly string[];
  readonly group: CommandGroup;
  /** Whether the palette offers it: moving through the list from there makes no sense. */
  readonly isOffered: boolean;
  /** Whether holding its key repeats it. */
  readonly isRepeated?: true;
  /** Whether its keys belong to the field while somebody types. */
  readonly isOfFields?: true;
  /** Absent: always. */
  readonly applies?: (desk: Desk, asked: Asked) => boolean;
  /** Null: the field itself handles the key. */
  readonly run: ((desk: Desk, asked: Asked) => void) | null;
};
