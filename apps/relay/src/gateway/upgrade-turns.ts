import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** After this long everything else has a turn. The work that a handshake leads to takes as long again. */
const breakAfterMs = 2;

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Makes WebSocket handshakes take turns. When a thousand desks come back at once, Node would accept them all before anything else, for a
 * third of a second, while Meta waits. Call it once Engine.IO listens for upgrades.
 */
export function takeUpgradesInTurns(http: Server): void {
  const accept = http.listeners('upgrade') as Upgrade[];
  const waiting: (() => void)[] = [];

  function acceptSome(): void {
    const until = performance.now() + breakAfterMs;
    try {
      do waiting.shift()?.();
      while (waiting.length > 0 && performance.now() < until);
    } finally {
      if (waiting.length > 0) setImmediate(acceptSome);
    }
  }

  http.removeAllListeners('upgrade');
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A waiting socket may break off, and nothing else listens yet.
    const breakOff = (): void => void socket.destroy();
    socket.on('error', breakOff);
    waiting.push(() => {
      socket.off('error', breakOff);
      if (!socket.destroyed) for (const each of accept) each.call(http, request, socket, head);
    });
    if (waiting.length === 1) setImmediate(acceptSome);
  });
}
