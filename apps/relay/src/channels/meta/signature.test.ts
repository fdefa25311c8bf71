import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appSecretProof, verifySignature } from './signature.ts';

const secrets = [{ name: 'facebook', secret: 'test_app_secret' }];

const whatsapp = '{"object":"whatsapp_business_account","entry":[]}';
const escaped = String.raw`{"object":"instagram","entry":[{"id":"17841400000000001","time":1790000000123,"messaging":[{"sender":{"id":"1234567890123456"},"recipient":{"id":"17841400000000001"},"timestamp":1790000000001,"message":{"mid":"aWdfZAG1faXRlbToxEXAMPLE","text":"Hei! M\u00e5 jeg bestille bord?"}}]}]}`;
const reserialised = JSON.stringify(JSON.parse(escaped));

const ofWhatsapp = 'sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756';
const ofEscaped = 'sha256=3015bf3bdf5eeb367333621d2bd699d71aba3d8e86a1a039ea8d2e47db4c5197';
const ofReserialised = 'sha256=fc3b3ab7f53d7469056ca5fe25d8c8e2e9cb6996ba001420f5811fd91b1cd3c6';

describe('verifySignature', () => {
  it('accepts the bytes that were signed', () => {
    expect(Buffer.from(escaped)).toHaveLength(282);
    expect(verifySignature(Buffer.from(whatsapp), ofWhatsapp, secrets)).toBe('facebook');
    expect(verifySignature(Buffer.from(escaped), ofEscaped, secrets)).toBe('facebook');
    expect(verifySignature(Buffer.from(reserialised), ofReserialised, secrets)).toBe('facebook');
  });

  it('does not accept the same JSON in other bytes', () => {
    expect(Buffer.from(reserialised)).toHaveLength(278);
    expect(verifySignature(Buffer.from(escaped), ofReserialised, secrets)).toBeNull();
    expect(verifySignature(Buffer.from(reserialised), ofEscaped, secrets)).toBeNull();
  });

  it('names the secret that matched, whichever it is', () => {
    const several = [{ name: 'instagram', secret: 'another' }, ...secrets, { name: 'previous', secret: 'older' }];
    expect(verifySignature(Buffer.from(escaped), ofEscaped, several)).toBe('facebook');
    expect(verifySignature(Buffer.from('x'), signed('x', 'older'), several)).toBe('previous');
    expect(verifySignature(Buffer.from('x'), signed('x', 'nobody’s'), several)).toBeNull();
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['upper-case hex', `sha256=${ofWhatsapp.slice(7).toUpperCase()}`],
    ['a digest cut short', ofWhatsapp.slice(0, -1)],
    ['a digest with a tail', `${ofWhatsapp}0`],
    ['a digest with a line break', `${ofWhatsapp}\n`],
    ['another algorithm', ofWhatsapp.replace('sha256', 'sha1')],
    ['no algorithm', ofWhatsapp.slice(7)],
  ])('refuses %s', (_name, header) => {
    expect(verifySignature(Buffer.from(whatsapp), header, secrets)).toBeNull();
  });

  it('never accepts an empty secret, nor anything without secrets', () => {
    const forged = signed(whatsapp, '');
    expect(verifySignature(Buffer.from(whatsapp), forged, [{ name: 'unset', secret: '' }])).toBeNull();
    expect(verifySignature(Buffer.from(whatsapp), ofWhatsapp, [])).toBeNull();
  });
});

describe('appSecretProof', () => {
  it('matches the reference', () => {
    expect(appSecretProof('EAATESTTOKEN', 'test_app_secret')).toBe(
      'bad6df0b858104754a0ffde2f0c05fe9731f1a5e141ee1bccf316d05f28d5135',
    );
  });
});

function signed(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
