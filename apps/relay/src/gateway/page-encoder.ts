import { type FeedPage, pageAckMs } from '@transom/shared';
import { Decoder, Encoder, type Packet } from 'socket.io-parser';
import type { WrittenPage } from '../feed/written-page.ts';
import type { DeskSocket } from './serve-desk.ts';

/** A page on its way through Socket.IO. To the types it is a `FeedPage`; only this module knows better. */
class Underway {
  readonly page: WrittenPage;
  readonly serverNow: number;
  /** A WebSocket frame in two parts, filled by the encoder. */
  readonly frame: Buffer[] = [];

  constructor(page: WrittenPage, serverNow: number) {
    this.page = page;
    this.serverNow = serverNow;
  }
}

/**
 * Sends a page; resolves when the desk has applied it, rejects if it does not in time. Socket.IO would search every document for binary
 * data, serialize it and encode it again for each desk. Its own broadcasts avoid that with a pre-encoded frame (`wsPreEncodedFrame` of
 * engine.io 6); so do pages, with the acknowledgement's number in front.
 */
export async function sendPage(socket: DeskSocket, page: WrittenPage, serverNow: number): Promise<void> {
  const underway = new Underway(page, serverNow);
  const { flags } = socket.timeout(pageAckMs) as unknown as { flags: Record<string, unknown> };
  flags['wsPreEncodedFrame'] = underway.frame;
  await socket.emitWithAck('page', underway as unknown as FeedPage);
}

class PageEncoder extends Encoder {
  override encode(packet: Packet): ReturnType<Encoder['encode']> {
    const data: unknown = packet.data;
    if (!Array.isArray(data) || !(data[1] instanceof Underway)) return super.encode(packet);
    const [name, { page, serverNow, frame }] = data as [string, Underway];
    // An Engine.IO message (4) with a Socket.IO event and its number, as their protocols (4 and 5) define them.
    const head = Buffer.from(`4${packet.type}${packet.id ?? ''}[${JSON.stringify(name)},${page.headAt(serverNow)}`);
    frame.push(Buffer.concat([frameHead(head.length + page.rest.length), head]), page.rest);
    // The frame is what is sent; this only has to be a packet.
    return [''];
  }
}

export const pageParser = { Encoder: PageEncoder, Decoder };

/** The header of an unmasked, unfragmented text frame (RFC 6455, 5.2). */
function frameHead(length: number): Buffer {
  const text = 0x81;
  if (length < 126) return Buffer.from([text, length]);
  if (length < 65_536) return Buffer.from([text, 126, length >> 8, length & 0xff]);
  const head = Buffer.from([text, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}
