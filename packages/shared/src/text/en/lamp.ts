import { count } from './count.ts';

/** What the lamp says about the connection, the accounts and the clock. Part of the catalogue in `en.ts`. */
export const lamp = {
  label: (state: string) => `Connection: ${state}`,
  title: 'Connection',
  relay: 'Relay',
  accounts: 'Accounts',
  outbox: 'To be sent',
  secrets: 'Sign-in',
  computer: 'This computer',
  since: (when: string) => `since ${when}`,
  state: {
    live: 'Live',
    delayed: 'Delayed',
    catching_up: 'Catching up',
    connecting: 'Connecting',
    offline: 'Offline',
    refused: 'Refused',
    unpaired: 'Not paired',
    unlinked: 'Restarting',
    needs_you: 'Needs you',
  },
  stateDetail: {
    live: 'New messages arrive immediately.',
    delayed: 'The relay has not answered for several seconds. What you send waits until it does.',
    catching_up: 'Fetching what arrived in the meantime.',
    connecting: 'Looking for the relay.',
    offline: 'Everything here can still be read. Replies wait and are checked before they go out.',
    refused: 'The relay does not accept this desk.',
    unpaired: 'This desk is not connected to a relay.',
    needs_you: 'New messages arrive, but something below needs attention.',
    unlinked:
      'This window lost its connection to the part of Transom that keeps your data. It is reconnecting; what you type stays here.',
  },
  account: {
    connected: 'connected',
    reauth_required: 'needs to be connected again',
    disconnected: 'disconnected',
    unknown: 'in a state that this version does not know; update Transom',
  },
  noAccounts: 'No account is connected yet.',
  nothingWaits: 'Nothing is waiting to be sent.',
  waitsHere: (n: number) => `${count(n, 'message is waiting', 'messages are waiting')} on this computer for the relay.`,
  waitsAtRelay: (n: number) => `${count(n, 'reply is waiting', 'replies are waiting')} at the relay to be sent.`,
  held: (n: number) =>
    `${count(n, 'message is', 'messages are')} held here and ${n === 1 ? 'needs' : 'need'} your attention.`,
  showHeld: 'Show it',
  secretsPlace: {
    keychain: 'Kept in this computer’s keychain.',
    memory: 'Kept only until Transom closes.',
    asking: 'Waiting for this computer’s keychain to answer.',
  },
  humanAgent: {
    label: 'Meta granted Human Agent',
    hint: 'Check this box only if Meta’s app review granted “Human Agent” to your app. People may then answer for up to 7 days after a person’s last message instead of 24 hours.',
    state: { granted: 'People may answer for 7 days (Human Agent).', none: 'Answers are possible for 24 hours.' },
  },
  computerClock: {
    ahead: (by: string) => `This computer’s clock is ${by} ahead. Transom uses the relay’s time.`,
    behind: (by: string) => `This computer’s clock is ${by} behind. Transom uses the relay’s time.`,
  },
  time: 'Relay time',
  timeUnknown: 'Not known yet.',
  timeNotConfirmed: 'Estimated since the connection was lost. The relay will confirm it when it is back.',
  testNotification: 'Show a test alert',
  tested: 'The alert was passed to your system. If you do not see it, check the system’s notification settings.',
} as const;
