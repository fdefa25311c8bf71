import type { Text } from '@transom/shared';
import type { Step } from '../actions/move-in-list.ts';
import type { Desk } from '../desk.ts';

export type CommandGroup = keyof Text['keyGroup'];

/** How a command was asked for, and for which conversation: the one that is read or has the ring, unless a button stands for another one. */
export type Asked = Step & { readonly conversationId: string | null };

/**
 * One thing that a person can ask of the desk. Palette, keys, the list of keys, buttons and their tooltips all read this; to add one is to
 * add its definition, and its words to the catalogue.
 */
export type Command = {
  /** As `event.key` gives them. `g i` is one key after the other; `Ctrl+` stands for Ctrl or, on macOS, Command. */
  readonly keys: readonly string[];
  readonly group: CommandGroup;
  /** Whether the palette offers it; to move through the list from there makes no sense. */
  readonly isOffered: boolean;
  /** Whether a key held down asks for it again and again. */
  readonly isRepeated?: true;
  /** Whether its keys are the field's own while somebody types. */
  readonly isOfFields?: true;
  /** Without it, always. */
  readonly applies?: (desk: Desk, asked: Asked) => boolean;
  /** Null: the field that it is for takes its key itself. */
  readonly run: ((desk: Desk, asked: Asked) => void) | null;
};
