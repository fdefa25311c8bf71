import type { DraftTab } from '../../contract/views.ts';
import { askUntilWhen, isPutOff, mayWait, snooze } from '../actions/snooze.ts';
import { startWriting } from '../actions/start-writing.ts';
import type { HandoffAction } from '../stores/handoffs.ts';
import type { Command } from './command.ts';

const group = 'conversation';
const isOffered = true;

const write =
  (tab: DraftTab): NonNullable<Command['run']> =>
  (desk) =>
    startWriting(desk, tab);

const act =
  (action: HandoffAction): NonNullable<Command['run']> =>
  (desk, { conversationId }) => {
    if (conversationId !== null) void desk.act(action, conversationId);
  };

export const conversationCommands = {
  reply: { keys: ['r'], group, isOffered, run: write('reply') },
  privateReply: { keys: ['R'], group, isOffered, run: write('private_reply') },
  note: { keys: ['n'], group, isOffered, run: write('note') },
  claim: { keys: ['c'], group, isOffered, run: act('claim') },
  release: { keys: ['C'], group, isOffered, run: act('release') },
  resolve: { keys: ['e'], group, isOffered, run: act('resolve') },
  reopen: { keys: ['E'], group, isOffered, run: act('reopen') },
  later: {
    keys: ['l'],
    group,
    isOffered,
    applies: (desk, { conversationId }) => mayWait(desk, conversationId),
    run: (desk, { conversationId }) => askUntilWhen(desk, conversationId),
  },
  backNow: {
    keys: ['L'],
    group,
    isOffered,
    applies: (desk, { conversationId }) => isPutOff(desk, conversationId),
    run: (desk, { conversationId }) => {
      if (conversationId !== null) void snooze(desk, conversationId, null);
    },
  },
  undo: {
    keys: ['z', 'Ctrl+z'],
    group,
    isOffered,
    isOfFields: true,
    applies: ({ view }) => (view.getState().notice?.action ?? null) !== null,
    run: ({ view }) => view.getState().notice?.action?.run(),
  },
  send: { keys: ['Ctrl+Enter'], group, isOffered: false, run: null },
} as const satisfies Record<string, Command>;
