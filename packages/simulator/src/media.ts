import { crc32, deflateSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

/** Stands in for lookaside.fbsbx.com: real pictures, and tiny files of the other kinds. */
export const mediaPath = '/lookaside/ig_messaging_cdn';

export function serveMedia(server: FastifyInstance): void {
  server.get(`${mediaPath}/`, (request, reply) => {
    const { asset_id: asset = '0', kind = 'image' } = request.query as Record<string, string>;
    // Voice notes really come as video/mp4, so the webhook's type is what counts.
    if (kind === 'video' || kind === 'audio' || kind === 'ig_reel') return reply.type('video/mp4').send(emptyMp4);
    if (kind === 'file') return reply.type('application/pdf').send(emptyPdf);
    return reply.type('image/png').send(picture(Number(BigInt.asUintN(32, BigInt(asset.replace(/\D/g, '') || '0')))));
  });
}

const emptyMp4 = Buffer.from('0000001c6674797069736f6d0000020069736f6d69736f32617663310000000866726565', 'hex');
const emptyPdf =
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';

/** Dusk over water, in different colors for every asset: a PNG of 320 by 240 pixels. */
function picture(seed: number): Buffer {
  const [width, height, horizon] = [320, 240, 150];
  const hue = seed % 80;
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const glow = Math.max(0, 1 - Math.hypot(x - 80 - (seed % 160), y - horizon) / 120);
      const depth = y < horizon ? y / horizon : 1 - ((y - horizon) / (height - horizon)) * 0.7;
      const ripple = y > horizon && (y + Math.floor(Math.sin(x / 9 + seed) * 2)) % 7 === 0 ? 18 : 0;
      const offset = y * (1 + width * 3) + 1 + x * 3;
      rows[offset] = Math.min(255, 40 + hue + 110 * depth * depth + 90 * glow + ripple);
      rows[offset + 1] = Math.min(255, 60 + 60 * depth + 70 * glow + ripple);
      rows[offset + 2] = Math.min(255, 110 + 40 * (1 - depth) + 20 * glow + ripple);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}
