import { setPriority } from 'node:os';
import { type Cursor, protocolVersion } from '@transom/shared';
import { WebSocket } from 'ws';
import { answerCalls } from '../../build/bench/process-calls.ts';

/**
 * A crowd of desks in one process, where real ones have a computer each. They follow the feed and acknowledge as a desk does, but read only
 * where a page ends: parsing all documents for a thousand desks would measure this process and not the relay.
 */
type Desk = { cursor: Cursor | null; isLive: boolean; isConnected: boolean; pages: number; socket: WebSocket | null };
let desks: Desk[] = [];
let reconnected = 0;

/** The desks must not take the processor from the relay or from the process that measures it. */
setPriority(19);

answerCalls({
  /** Connects one desk per token, all at once. */
  async connect(url: string, tokens: string[], cursor: Cursor | null): Promise<void> {
    for (const token of tokens) {
      const desk: Desk = { cursor, isLive: false, isConnected: false, pages: 0, socket: null };
      desks.push(desk);
      open(url, token, desk);
    }
  },
  async state(seq: number): Promise<CrowdState> {
    return {
      connected: desks.filter(({ isConnected }) => isConnected).length,
      caughtUp: desks.filter(({ cursor, isLive }) => isLive && (cursor?.seq ?? 0) >= seq).length,
      pages: desks.reduce((sum, { pages }) => sum + pages, 0),
      reconnected,
      cpuMs: Math.round((process.cpuUsage().user + process.cpuUsage().system) / 1_000),
    };
  },
  async close(): Promise<void> {
    const present = desks;
    desks = [];
    for (const { socket } of present) socket?.close();
  },
});

export type CrowdState = {
  readonly connected: number;
  readonly caughtUp: number;
  readonly pages: number;
  readonly reconnected: number;
  readonly cpuMs: number;
};

/** What precedes the documents of a page: its number, and where it ends. */
const pageHead = /^42(\d+)\["page",\{.*?"epoch":"([^"]+)".*?"toSeq":(\d+|null),"caughtUp":(true|false)/;
const headLength = 400;

function open(url: string, token: string, desk: Desk): void {
  const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
  const socket = new WebSocket(address, { perMessageDeflate: false, skipUTF8Validation: true });
  desk.socket = socket;
  socket.on('message', (data: Buffer) => {
    const said = data.toString('latin1', 0, headLength);
    if (said.startsWith('0'))
      socket.send(`40${JSON.stringify({ token, protocol: protocolVersion, cursor: desk.cursor })}`);
    else if (said === '2') socket.send('3');
    else if (said.startsWith('40')) desk.isConnected = true;
    else if (said.startsWith('44')) socket.close();
    const [, number, epoch = '', toSeq, caughtUp] = pageHead.exec(said) ?? [];
    if (number === undefined) return;
    if (toSeq !== 'null') desk.cursor = { epoch, seq: Number(toSeq) };
    desk.isLive = caughtUp === 'true';
    desk.pages += 1;
    socket.send(`43${number}[]`);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    desk.isLive = false;
    desk.isConnected = false;
    if (!desks.includes(desk)) return;
    reconnected += 1;
    setTimeout(() => open(url, token, desk), 1_000 + Math.random() * 4_000);
  });
}
