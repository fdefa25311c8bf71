import {
  because,
  type CommandAnswer,
  type CommandEnvelope,
  type Cursor,
  type DeskToRelay,
  type Hello,
  type HistoryRequest,
  helloSchema,
  protocolVersion,
  type Reason,
  type RelayToDesk,
} from '@transom/shared';
import { io, type Socket } from 'socket.io-client';
import { codeOf } from '../cache/damage.ts';
import type { RelayClock } from '../clock.ts';
import type { Log } from '../ports.ts';
import { type Applied, pageSchema, type ReadPage } from './apply-page.ts';
import { createTimeKeeper } from './ask-time.ts';
import { createLineWatch, type LineLimits, lineLimits } from './line-watch.ts';
import { answerSchema, connectRefusal } from './relay-answers.ts';

/**
 * The one connection to the relay.
 *
 *   connecting ──(hello)──▶ catching_up ──(page with caughtUp)──▶ live ◀──(line-watch.ts)──▶ delayed
 *        ▲  └──(the relay says no)──▶ refused     stays until the person or a wake-up tries again
 *        └──(1 s to 30 s, with jitter)── offline ◀──(anything breaks, a gap, a page that cannot be stored)
 *
 * The cursor is read at each handshake. Socket.IO's own recovery is not used: the cursor does the same and more.
 */
export type LinkState = 'connecting' | 'catching_up' | 'live' | 'delayed' | 'offline' | 'refused';

export type RelayConnection = {
  /** Whether commands can be sent now: the relay has said hello on this connection. */
  readonly isReady: () => boolean;
  /** The protocol version of this connection; null before the relay's hello. */
  readonly version: () => number | null;
  /**
   * Rejects when there is no answer in time; it is then unknown whether the relay did it, and the same id may be sent again. `isRepeated`:
   * it will be, until there is an answer.
   */
  readonly command: (envelope: CommandEnvelope, how?: { readonly isRepeated: boolean }) => Promise<CommandAnswer>;
  /** This command is no longer repeated. */
  readonly stopRepeating: (commandId: string) => void;
  /** As it came: `read-thread.ts` parses it. */
  readonly history: (request: HistoryRequest) => Promise<unknown>;
  /** Asks the relay for its time, until it has answered. */
  readonly askTime: () => void;
  /** The computer slept, or its person or the network came back: if the line does not answer soon, it is replaced. */
  readonly wake: (hasSlept: boolean) => void;
  readonly close: () => void;
};

export type LinkEvents = {
  readonly onState: (state: LinkState, reason: Reason | null) => void;
  readonly onHello: (hello: Hello) => void;
  /** Null for a gap. Throws when it cannot be stored; then the page is not acknowledged and is sent again. */
  readonly applyPage: (page: ReadPage, snapshotOpen: boolean, version: number) => Applied | null;
  /** Whether what is held was written in a lower version than this one, so that everything must be sent again; gives up the cursor. */
  readonly isOutgrown: (version: number) => boolean;
  readonly onApplied: (page: ReadPage, applied: Applied) => void;
  /** The relay's time became known, or was lost. */
  readonly onTime: () => void;
  readonly onWipe: () => void;
  /** Reports what one of these threw. They run from a socket and have no caller to catch it. */
  readonly failed: (error: unknown) => void;
};

const commandAnswerMs = 15_000;
const historyAnswerMs = 5_000;
/** A line that is alive answers well within this, a dead one never does. */
const wakeAnswerMs = 4_000;

export function connectToRelay(
  options: {
    readonly relayUrl: string;
    readonly token: string;
    readonly cursor: () => Cursor | null;
    readonly clock: RelayClock;
    readonly log: Log;
    readonly limits?: LineLimits | undefined;
  } & LinkEvents,
): RelayConnection {
  const { clock, log } = options;
  const url = new URL(options.relayUrl);
  const socket: Socket<RelayToDesk, DeskToRelay> = io(url.origin, {
    path: `${url.pathname.replace(/\/+$/, '')}/socket.io`,
    transports: ['websocket'],
    forceNew: true,
    autoConnect: false,
    // The default is twice as long: too long for somebody who opens the lid and waits.
    timeout: 10_000,
    reconnectionDelay: 1_000,
    reconnectionDelayMax: 30_000,
    randomizationFactor: 0.5,
    auth: (send) => send({ token: options.token, protocol: protocolVersion, cursor: options.cursor() }),
  });
  /** The state apart from the line, which may be slow. */
  let state: Exclude<LinkState, 'delayed'> = 'connecting';
  let version: number | null = null;
  let snapshotOpen = false;

  function enter(next: typeof state, reason: Reason | null): void {
    state = next;
    if (next === 'live' && line.isDelayed()) return tellLine();
    options.onState(next, reason);
  }
  function tellLine(): void {
    if (state !== 'live') return;
    if (!line.isDelayed()) return options.onState('live', null);
    const sinceAt = (clock.serverNow() ?? Date.now()) - line.waitingForMs();
    options.onState('delayed', because('line_delayed', { sinceAt }));
  }
  function leave(): void {
    version = null;
    snapshotOpen = false;
    time.stop();
    line.stop();
    clock.lose();
  }
  function lose(reason: Reason): void {
    leave();
    enter('offline', reason);
  }
  /** Socket.IO reconnects automatically after a pause, with the cursor of that moment. */
  function breakOff(why: string): void {
    log('warn', 'connection given up to start again from the cursor', { why });
    socket.io.engine.close();
  }
  /** One locked file must not end the desk's process. */
  function guarded<Args extends unknown[]>(work: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      try {
        work(...args);
      } catch (error) {
        options.failed(error);
      }
    };
  }
  const time = createTimeKeeper({
    clock,
    question: (limitMs) => socket.timeout(limitMs).emitWithAck('time'),
    onTime: options.onTime,
    failed: options.failed,
  });
  const line = createLineWatch({
    limits: options.limits ?? lineLimits,
    beat: time.answersWithin,
    onChange: guarded(tellLine),
    failed: options.failed,
  });
  // Each connection has an engine of its own. Even a ping, or an answer that comes too late, is a sign of life.
  socket.io.on('open', () => socket.io.engine.on('packet', line.heard));

  socket.on(
    'hello',
    guarded((hello) => {
      const parsed = helloSchema.safeParse(hello);
      if (!parsed.success) return breakOff('hello has an unknown shape');
      if (options.isOutgrown(parsed.data.protocol)) return breakOff('a newer version is spoken');
      version = parsed.data.protocol;
      line.start();
      time.ask();
      enter('catching_up', because('catching_up'));
      options.onHello(parsed.data);
    }),
  );
  socket.on(
    'page',
    guarded((input, applied) => {
      const page = pageSchema.safeParse(input);
      if (!page.success) return breakOff('page has an unknown shape');
      let result: Applied | null;
      try {
        result = options.applyPage(page.data, snapshotOpen, version ?? protocolVersion.min);
      } catch (error) {
        log('error', 'a page could not be stored', { code: codeOf(error) });
        breakOff('page not stored');
        return options.failed(error);
      }
      if (result === null) return breakOff('gap in the feed');
      snapshotOpen = page.data.kind === 'snapshot' && page.data.toSeq === null;
      if (result.kept.length > 0)
        log('warn', 'documents kept that cannot be read', { count: result.kept.length, first: result.kept[0] ?? null });
      try {
        if (page.data.caughtUp !== (state === 'live'))
          enter(page.data.caughtUp ? 'live' : 'catching_up', page.data.caughtUp ? null : because('catching_up'));
        options.onApplied(page.data, result);
      } finally {
        // Acknowledge last: windows need the data, the relay only needs permission to continue. And always: the page is stored.
        applied();
      }
    }),
  );
  socket.on(
    'wipe',
    guarded(() => options.onWipe()),
  );
  const onDisconnect = guarded((reason: Socket.DisconnectReason) => {
    // The relay closed it on purpose; Socket.IO would not reconnect.
    if (reason === 'io server disconnect') comeBackLater();
    lose(because('line_broke'));
  });
  socket.on('disconnect', onDisconnect);
  socket.on(
    'connect_error',
    guarded((error) => {
      const reason = connectRefusal(error);
      if (reason === null) {
        if (!socket.active) comeBackLater();
        return lose(because('relay_unreachable'));
      }
      leave();
      enter('refused', reason);
    }),
  );
  let returning: NodeJS.Timeout | undefined;
  function comeBackLater(): void {
    clearTimeout(returning);
    returning = setTimeout(() => socket.connect(), 1_000 + Math.random() * 4_000);
  }

  enter('connecting', because('connecting'));
  socket.connect();
  const isReady = (): boolean => version !== null && socket.connected;
  return {
    isReady,
    version: () => version,
    async command(envelope, { isRepeated } = { isRepeated: false }) {
      const answer = socket.timeout(commandAnswerMs).emitWithAck('command', envelope);
      return answerSchema.parse(await line.waitFor(answer, { id: envelope.id, isRepeated }));
    },
    stopRepeating: line.forget,
    history: (request) => line.waitFor(socket.timeout(historyAnswerMs).emitWithAck('history', request)),
    askTime: time.ask,
    wake(hasSlept) {
      if (hasSlept) {
        // The monotonic clock may have stood still meanwhile.
        clock.reset();
        options.onTime();
      }
      if (!isReady()) return reconnect();
      const probed = socket.id;
      time
        .answersWithin(wakeAnswerMs)
        .then((isAlive) => {
          if (!isAlive && socket.connected && socket.id === probed) reconnect();
        })
        .catch(options.failed);
    },
    close() {
      clearTimeout(returning);
      leave();
      socket.off();
      socket.disconnect();
    },
  };

  function reconnect(): void {
    clearTimeout(returning);
    socket.off('disconnect', onDisconnect).disconnect().on('disconnect', onDisconnect);
    leave();
    enter('connecting', because('connecting'));
    socket.connect();
  }
}
