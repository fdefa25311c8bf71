import type { Lane, Message } from '@transom/shared';
import { vi } from 'vitest';
import type { CoreFunctions } from '../../contract/contract.ts';
import type { OutboxItem, Row, Session } from '../../contract/views.ts';
import type { Desk } from '../desk.ts';
import { testAccount, testNow, testPerson } from '../display/test-rows.ts';
import { createDesk } from '../start/create-desk.ts';
import { createTestCore, type TestCore } from '../stores/test-core.ts';

export const testSession: Session = {
  platform: { host: 'browser', os: 'linux', version: '0', canNotify: false },
  paired: true,
  relayUrl: 'http://localhost',
  agency: { id: 'agency', name: 'Nordic', plan: 'plus' },
  person: testPerson,
  accounts: [testAccount],
  connection: { relay: 'live', reason: null, since: testNow, outboxCount: 0, waitingAtRelay: 0 },
  clock: { serverNow: testNow, atLeast: testNow, isConfirmed: true, computerOffByMs: null },
  secrets: { place: 'keychain', reason: null },
  trouble: null,
};
const noCounts: Readonly<Record<Lane, number>> = {
  closing: 0,
  answer: 0,
  missed: 0,
  later: 0,
  waiting: 0,
  unreachable: 0,
  done: 0,
};

/** What a core holds: the desk of a test shows it. */
export type World = {
  readonly session?: Partial<Session>;
  readonly rows?: Partial<Record<Lane, readonly Row[]>>;
  readonly handoffs?: readonly Row[];
  /** Of any conversation that is opened. */
  readonly messages?: readonly Message[];
  readonly outbox?: readonly OutboxItem[];
  readonly functions?: Partial<CoreFunctions>;
  readonly presence?: { readonly isHere: boolean };
  /** The relay's time; null while it is not known. */
  readonly now?: number | null;
};
export type TestDesk = Desk & Pick<TestCore, 'emit' | 'cut'>;

/** A desk at `testNow` by the relay's clock, connected to a core that holds `world`. */
export async function deskWith(world: World = {}): Promise<TestDesk> {
  const core = createTestCore({ ...functionsOf(world), ...world.functions });
  const { presence = { isHere: true } } = world;
  const desk = createDesk(core.client, emptyMemory(), () => performance.now(), { isHere: () => presence.isHere });
  core.cut();
  core.connect();
  await vi.waitFor(() => {
    if (desk.session.getState().session === null || desk.clock.getState().atLeast === null) throw new Error('not yet');
  });
  return Object.assign(desk, { emit: core.emit, cut: core.cut });
}

function functionsOf({ session, rows = {}, handoffs = [], messages = [], outbox = [], now = testNow }: World) {
  const noDraft = { text: '', rev: 0 };
  const all = [...Object.values(rows).flat(), ...handoffs];
  const lanes = Object.fromEntries(Object.entries(rows).map(([lane, held]) => [lane, held.length]));
  return {
    'session.get': async () => ({ ...testSession, ...session }),
    'clock.get': async () => ({
      serverNow: now,
      atLeast: now ?? testNow,
      isConfirmed: now !== null,
      computerOffByMs: null,
    }),
    'inbox.list': async ({ lane, after }) => ({ rows: after === null ? [...(rows[lane] ?? [])] : [], hasMore: false }),
    'inbox.counts': async () => ({ lanes: { ...noCounts, ...lanes }, handoffs: handoffs.length }),
    'inbox.handoffs': async () => ({ rows: [...handoffs], hasMore: false }),
    'thread.read': async ({ conversationId }) => ({
      row: all.find(({ id }) => id === conversationId) ?? null,
      isComplete: true,
      messages: [...messages],
      outbox: [...outbox],
      hasMore: false,
      olderUnreachable: false,
    }),
    'thread.seen': async () => ({ ok: true }),
    'draft.get': async () => ({ drafts: { reply: noDraft, private_reply: noDraft, note: noDraft } }),
    'draft.put': async ({ text, baseRev }) => ({ isStored: true, current: { text, rev: baseRev + 1 } }),
    'outbox.list': async () => ({ items: [...outbox] }),
    'search.find': async () => ({ hits: [] }),
  } satisfies Partial<CoreFunctions>;
}

function emptyMemory() {
  const memory = new Map<string, string>();
  return {
    getItem: (key: string) => memory.get(key) ?? null,
    setItem: (key: string, value: string) => void memory.set(key, value),
  };
}
