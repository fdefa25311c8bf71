import {
  type CommandAnswer,
  type Cursor,
  type DeskToRelay,
  type FeedPage,
  type HistoryAnswer,
  protocolVersion,
  type RelayToDesk,
} from '@transom/shared';
import { io, type Socket } from 'socket.io-client';
import { answerCalls } from '../../build/bench/process-calls.ts';

/** Desks as the relay sees them, many of them in one process: they follow the feed, acknowledge, and ask. */
type Desk = {
  readonly socket: Socket<RelayToDesk, DeskToRelay>;
  cursor: Cursor | null;
};
let desks: Desk[] = [];

answerCalls({
  /** Connects one desk per token, all at once. */
  async connect(url: string, tokens: string[], cursor: Cursor | null): Promise<void> {
    for (const token of tokens) desks.push(openDesk(url, token, cursor));
  },
  async connected(): Promise<number> {
    return desks.filter(({ socket }) => socket.connected).length;
  },
  /** One desk sends `count` requests at once. Returns how many answers had each code, and how many never came. */
  async flood(what: 'command' | 'history', count: number, request: object): Promise<Record<string, number>> {
    const [desk] = desks;
    if (desk === undefined) throw new Error('No desk is connected.');
    const codes: Record<string, number> = {};
    const note = (code: string): void => {
      codes[code] = (codes[code] ?? 0) + 1;
    };
    await Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const asked = desk.socket.timeout(30_000);
        const answer: CommandAnswer | HistoryAnswer | null = await (what === 'command'
          ? asked.emitWithAck('command', { id: `${Date.now()}-${n}`, command: request })
          : asked.emitWithAck('history', request)
        ).catch(() => null);
        if (answer === null) note('no answer');
        else note(answer.ok ? 'ok' : answer.refusal.code);
      }),
    );
    return codes;
  },
  async close(): Promise<void> {
    for (const { socket } of desks) socket.disconnect();
    desks = [];
  },
});

function openDesk(url: string, token: string, cursor: Cursor | null): Desk {
  const socket: Socket<RelayToDesk, DeskToRelay> = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 1_000,
    reconnectionDelayMax: 5_000,
    auth: (send) => send({ token, protocol: protocolVersion, cursor: desk.cursor }),
  });
  const desk: Desk = { socket, cursor };
  socket.on('page', (page: FeedPage, applied) => {
    if (page.toSeq !== null) desk.cursor = { epoch: page.epoch, seq: page.toSeq };
    applied();
  });
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), 1_000);
  });
  return desk;
}
