import type { IncomingMessage } from 'node:http';

/** Meta batches up to 1,000 updates in one POST. A cap that is too small would refuse the same body until Meta unsubscribes us. */
export const maxBodyBytes = 8 * 1024 * 1024;
/** What a chunk costs besides its bytes: a body that drips in byte by byte weighs more than it says. */
const chunkBytes = 256;
/** Meta's bodies are here within this time. Whoever takes longer makes room when there is none. */
const honestMs = 1_000;

export type Limits = { readonly maxBytes: number; readonly maxBodies: number };

/** `release` gives back what the body weighs; call it when the bytes are of no more use. */
export type ReadBody =
  | { readonly ok: true; readonly body: Buffer; readonly release: () => void }
  | { readonly ok: false; readonly why: 'too_large' | 'no_room' | 'broken_off' };

/**
 * Reads bodies whose sender is not known yet: the signature is over all of their bytes, so nobody can be asked before. What they may
 * take together is bounded. Where there is no room, the body that has been under way longest makes some; a newcomer is told to
 * come again only when all others are as fresh as itself. So a crowd of unfinished bodies does not keep Meta out.
 */
export class BodiesUnderWay {
  readonly #limits: Limits;
  readonly #now: () => number;
  /** In the order in which they began. */
  readonly #reading = new Set<Body>();
  #bytes = 0;

  constructor(
    limits: Limits = { maxBytes: 64 * 1024 * 1024, maxBodies: 128 },
    now: () => number = () => performance.now(),
  ) {
    this.#limits = limits;
    this.#now = now;
  }

  /** What is held at this moment, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  read(request: IncomingMessage): Promise<ReadBody> {
    const announcedBytes = Number(request.headers['content-length'] ?? 0);
    if (announcedBytes > maxBodyBytes) return throwAway(request, announcedBytes);
    return new Promise((resolve) => {
      const body = new Body(this.#now(), (outcome) => {
        this.#reading.delete(body);
        request.off('data', take).off('end', finish).off('close', breakOff).off('error', breakOff);
        if (outcome !== 'whole') {
          // What still comes is thrown away as it comes.
          request.resume();
          this.#bytes -= body.weight;
          body.chunks.length = 0;
          return resolve({ ok: false, why: outcome });
        }
        const [only] = body.chunks;
        const bytes = body.chunks.length === 1 && only !== undefined ? only : Buffer.concat(body.chunks);
        // Else they would be held beside the whole until that is released.
        body.chunks.length = 0;
        resolve({ ok: true, body: bytes, release: () => void (this.#bytes -= body.weight) });
      });
      const take = (chunk: Buffer): void => {
        if (body.length + chunk.length > maxBodyBytes) return body.end('too_large');
        body.add(chunk);
        this.#bytes += chunk.length + chunkBytes;
        while (this.#bytes > this.#limits.maxBytes && this.#reading.has(body)) this.#makeRoom(body);
      };
      const finish = (): void => body.end('whole');
      const breakOff = (): void => body.end('broken_off');
      this.#reading.add(body);
      if (this.#reading.size > this.#limits.maxBodies) this.#makeRoom(body);
      if (this.#reading.has(body))
        request.on('data', take).on('end', finish).on('close', breakOff).on('error', breakOff);
    });
  }

  #makeRoom(newcomer: Body): void {
    const [longest = newcomer] = this.#reading;
    const givesWay = this.#now() - longest.beganAt > honestMs ? longest : newcomer;
    givesWay.end('no_room');
  }
}

/**
 * Reads what is too large to its end and keeps none of it: whoever is answered while still writing hears a broken connection and not
 * why. What is far too large is not worth that.
 */
function throwAway(request: IncomingMessage, announcedBytes: number): Promise<ReadBody> {
  const tooLarge = { ok: false, why: 'too_large' } as const;
  if (announcedBytes > 2 * maxBodyBytes) return Promise.resolve(tooLarge);
  return new Promise((resolve) => {
    const done = (): void => resolve(tooLarge);
    request.once('end', done).once('close', done).once('error', done).resume();
  });
}

class Body {
  readonly beganAt: number;
  readonly chunks: Buffer[] = [];
  length = 0;
  weight = 0;
  readonly end: (outcome: 'whole' | 'too_large' | 'no_room' | 'broken_off') => void;

  constructor(beganAt: number, end: Body['end']) {
    this.beganAt = beganAt;
    this.end = end;
  }

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
    this.weight += chunk.length + chunkBytes;
  }
}
