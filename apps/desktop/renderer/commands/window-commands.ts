import { nextTheme } from '../actions/next-theme.ts';
import { toggleDetails } from '../actions/toggle-details.ts';
import { goToPane } from '../focus/go-to-pane.ts';
import type { Dialog, Place } from '../stores/view.ts';
import type { Command } from './command.ts';

const group = 'everywhere';

const show =
  (dialog: Dialog): NonNullable<Command['run']> =>
  ({ view }) =>
    view.getState().setDialog(dialog);

const goTo =
  (place: Place): NonNullable<Command['run']> =>
  ({ view }) =>
    view.getState().goTo(place);

export const windowCommands = {
  search: { keys: ['/'], group, isOffered: false, run: show('search') },
  palette: { keys: ['Ctrl+k'], group, isOffered: false, run: show('palette') },
  goInbox: { keys: ['g i'], group, isOffered: true, run: goTo('inbox') },
  goHandoffs: { keys: ['g h'], group, isOffered: true, run: goTo('handoffs') },
  context: { keys: ['['], group, isOffered: true, run: toggleDetails },
  nextPane: {
    keys: ['F6'],
    group,
    isOffered: true,
    run: ({ focus }) => goToPane(focus, 1),
  },
  previousPane: {
    keys: ['Shift+F6'],
    group,
    isOffered: true,
    run: ({ focus }) => goToPane(focus, -1),
  },
  theme: {
    keys: ['Ctrl+Shift+l'],
    group,
    isOffered: true,
    run: ({ view }) => view.getState().setTheme(nextTheme[view.getState().theme]),
  },
  keys: { keys: ['?'], group, isOffered: true, run: show('keys') },
} as const satisfies Record<string, Command>;
