import { describe, expect, it } from 'vitest';
import { appSecretProof, encodeBody, signatureOf } from './encode.ts';

const secret = 'test_app_secret';
const booking = {
  object: 'instagram',
  entry: [
    {
      id: '17841400000000001',
      time: 1790000000123,
      messaging: [
        {
          sender: { id: '1234567890123456' },
          recipient: { id: '17841400000000001' },
          timestamp: 1790000000001,
          message: { mid: 'aWdfZAG1faXRlbToxEXAMPLE', text: 'Hei! Må jeg bestille bord?' },
        },
      ],
    },
  ],
};

describe('the signature of a webhook', () => {
  it('matches the published vectors', () => {
    expect(signatureOf(secret, '{"object":"whatsapp_business_account","entry":[]}')).toBe(
      'sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756',
    );
    const body = encodeBody(booking);
    expect(Buffer.byteLength(body)).toBe(282);
    expect(signatureOf(secret, body)).toBe('sha256=3015bf3bdf5eeb367333621d2bd699d71aba3d8e86a1a039ea8d2e47db4c5197');
  });

  it('differs for the same content written with other bytes', () => {
    const reserialised = JSON.stringify(booking);
    expect(Buffer.byteLength(reserialised)).toBe(278);
    expect(signatureOf(secret, reserialised)).toBe(
      'sha256=fc3b3ab7f53d7469056ca5fe25d8c8e2e9cb6996ba001420f5811fd91b1cd3c6',
    );
  });

  it('has a counterpart for tokens', () => {
    expect(appSecretProof(secret, 'EAATESTTOKEN')).toBe(
      'bad6df0b858104754a0ffde2f0c05fe9731f1a5e141ee1bccf316d05f28d5135',
    );
  });
});

describe('the body of a webhook', () => {
  it('is ASCII with lower-case escapes and escaped slashes', () => {
    expect(encodeBody({ text: 'äöå' })).toBe('{"text":"\\u00e4\\u00f6\\u00e5"}');
    expect(encodeBody({ url: 'https://a/b' })).toBe('{"url":"https:\\/\\/a\\/b"}');
    expect(encodeBody({ text: '🧖‍♀️' })).toBe('{"text":"\\ud83e\\uddd6\\u200d\\u2640\\ufe0f"}');
  });

  it('survives a round trip, in every script', () => {
    const text = 'Hei 😍 مرحبا こんにちは "quoted" \\ back\\slash / \u2028 \n end';
    expect(JSON.parse(encodeBody({ text }))).toEqual({ text });
    expect(encodeBody({ text })).toMatch(/^[\x20-\x7e]*$/);
  });
});
