import type { FeedPage } from '@transom/shared';
import { Decoder, Encoder, type Packet } from 'socket.io-parser';
import type { WrittenPage } from '../feed/written-page.ts';

/** A page that travels as the text that it is already; only this module knows that it is not what its type says. */
class Written {
  readonly page: WrittenPage;
  readonly serverNow: number;

  constructor(page: WrittenPage, serverNow: number) {
    this.page = page;
    this.serverNow = serverNow;
  }
}

export function asWritten(page: WrittenPage, serverNow: number): FeedPage {
  return new Written(page, serverNow) as unknown as FeedPage;
}

/** Socket.IO's own encoder looks through every document for bytes and then writes it down, for each desk anew. */
class PageEncoder extends Encoder {
  override encode(packet: Packet): ReturnType<Encoder['encode']> {
    const data: unknown = packet.data;
    if (!Array.isArray(data) || !(data[1] instanceof Written)) return super.encode(packet);
    const [name, { page, serverNow }] = data as [string, Written];
    // Type, acknowledgement and arguments, as the Socket.IO protocol (version 5) writes them for the main namespace.
    return [`${packet.type}${packet.id ?? ''}[${JSON.stringify(name)},${page.textAt(serverNow)}]`];
  }
}

export const pageParser = { Encoder: PageEncoder, Decoder };
