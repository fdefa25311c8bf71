import { goBack } from '../actions/go-back.ts';
import { moveInList } from '../actions/move-in-list.ts';
import type { Command } from './command.ts';

const group = 'list';

export const listCommands = {
  next: {
    keys: ['j', 'ArrowDown'],
    group,
    isOffered: false,
    isRepeated: true,
    run: (desk, asked) => moveInList(desk, 1, asked),
  },
  previous: {
    keys: ['k', 'ArrowUp'],
    group,
    isOffered: false,
    isRepeated: true,
    run: (desk, asked) => moveInList(desk, -1, asked),
  },
  open: {
    keys: ['Enter', 'o'],
    group,
    isOffered: false,
    run: (desk, { conversationId }) => {
      if (conversationId !== null) void desk.open(conversationId);
    },
  },
  back: {
    keys: ['Escape', 'u'],
    group,
    isOffered: true,
    applies: ({ view }) => view.getState().openId !== null,
    run: goBack,
  },
} as const satisfies Record<string, Command>;
