import { expect, it } from 'vitest';
import { lampOf, relayOf } from './lamp-state.ts';
import { testAccount } from './test-rows.ts';

const session = (relay: 'live' | 'delayed' | 'offline' | 'refused', change: object = {}) => ({
  accounts: [testAccount],
  connection: { relay, reason: null, since: 0, outboxCount: 0, waitingAtRelay: 0 },
  trouble: null,
  ...change,
});

it.each([
  ['all is well', session('live'), true, false, 'live', 'fine'],
  ['the relay has not answered for some seconds', session('delayed'), true, false, 'delayed', 'delayed'],
  ['a message was refused and waits for a person', session('live'), true, true, 'needs_you', 'needs_you'],
  ['the same while the relay is slow', session('delayed'), true, true, 'delayed', 'needs_you'],
  [
    'an account is disconnected',
    session('live', { accounts: [{ ...testAccount, state: 'disconnected' }] }),
    true,
    false,
    'needs_you',
    'needs_you',
  ],
  [
    'this computer has trouble',
    session('live', { trouble: { code: 'files_busy' } }),
    true,
    false,
    'needs_you',
    'needs_you',
  ],
  ['there is no connection', session('offline'), true, true, 'offline', 'offline'],
  ['the window lost its core', session('live'), false, false, 'unlinked', 'offline'],
  ['nothing is known yet', null, true, false, 'connecting', 'delayed'],
] as const)('%s', (_, known, isLinked, hasHeld, state, tone) => {
  expect(lampOf(known, isLinked, hasHeld)).toEqual({ state, tone });
});

it('calls the relay live when something else needs a person', () => {
  expect([relayOf('needs_you'), relayOf('offline')]).toEqual(['live', 'offline']);
});
