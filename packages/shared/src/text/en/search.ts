import { isolated } from '../isolated.ts';
import { count } from './count.ts';

/** Search, commands and keys. Part of the catalogue in `en.ts`. */
export const search = {
  title: 'Search',
  placeholder: 'Search people and messages, or type a command',
  hint: 'Searches all conversations on this computer. Enter opens the conversation at that message.',
  commands: 'Commands',
  hits: 'People and messages',
  none: (query: string, conversations: number) =>
    `No name or message contains “${isolated(query)}”. Searched ${count(conversations, 'conversation', 'conversations')}, as far back as this computer has them. Try fewer letters or another spelling.`,
  failed: 'The search could not run. Try again in a moment.',
  count: (n: number) => count(n, 'result', 'results'),
} as const;

export const command = {
  next: 'Next conversation',
  previous: 'Previous conversation',
  open: 'Open conversation',
  back: 'Back to the list',
  reply: 'Reply',
  privateReply: 'Private reply to the comment',
  note: 'Write a note',
  claim: 'Claim',
  release: 'Release',
  resolve: 'Mark as done',
  reopen: 'Reopen',
  later: 'Put off until later',
  backNow: 'Bring back now',
  undo: 'Undo',
  send: 'Send',
  search: 'Search',
  palette: 'Commands and search',
  goInbox: 'Go to the inbox',
  goHandoffs: 'Go to handoffs',
  context: 'Show or hide details',
  nextPane: 'Next part of the window',
  previousPane: 'Previous part of the window',
  theme: 'Change theme',
  keys: 'Keyboard shortcuts',
} as const;

export const keyGroup = { list: 'List', conversation: 'Conversation', everywhere: 'Everywhere' } as const;

export const keys = {
  title: 'Keyboard shortcuts',
  hint: 'Single-key shortcuts work when no text field is active.',
  sequence: (first: string, second: string) => `${first} then ${second}`,
  /** As printed on keyboards. */
  names: { ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc', Enter: 'Enter', Shift: 'Shift', Ctrl: 'Ctrl' },
} as const;
