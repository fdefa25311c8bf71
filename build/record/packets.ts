/** One packet on a socket. `connection` names the desk, and how many connections it had before. */
export type Entry = { readonly connection: string; readonly from: 'desk' | 'relay' } & Packet;

/**
 * connect        the desk's handshake          refused       the relay refuses it
 * event          with `ask` if it expects an answer          answer        to the `ask` of the other side
 * disconnect     on purpose
 */
export type Packet =
  | { readonly kind: 'connect'; readonly auth: unknown }
  | { readonly kind: 'refused'; readonly error: unknown }
  | { readonly kind: 'event'; readonly event: string; readonly args: readonly unknown[]; readonly ask?: number }
  | { readonly kind: 'answer'; readonly ask: number; readonly args: readonly unknown[] }
  | { readonly kind: 'disconnect' };

/**
 * Reads an Engine.IO 4 frame with a Socket.IO 5 packet in it (socket.io-protocol, read in 2026); null for the transport's own frames: its
 * greeting, its pings, and the relay's message that a socket is open.
 */
export function readPacket(frame: string): Packet | null {
  const [, type, ask = '', json = ''] = /^4(\d)(\d*)(.*)$/s.exec(frame) ?? [];
  if (type === undefined) return null;
  const data: unknown = json === '' ? null : JSON.parse(json);
  switch (type) {
    case '0':
      return typeof data === 'object' && data !== null && 'sid' in data ? null : { kind: 'connect', auth: data };
    case '1':
      return { kind: 'disconnect' };
    case '2': {
      const [event, ...args] = data as [string, ...unknown[]];
      return { kind: 'event', event, args, ...(ask === '' ? {} : { ask: Number(ask) }) };
    }
    case '3':
      return { kind: 'answer', ask: Number(ask), args: data as unknown[] };
    case '4':
      return { kind: 'refused', error: data };
    default:
      throw new Error(`A packet of an unknown type: ${frame.slice(0, 40)}`);
  }
}
