import { describe, expect, it } from 'vitest';
import { answerHandshake } from './handshake.ts';

const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'our-token', 'hub.challenge': '1158201444' };

describe('answerHandshake', () => {
  it('returns the challenge for our token', () => {
    expect(answerHandshake(query, 'our-token')).toEqual({ ok: true, challenge: '1158201444' });
  });

  it.each([
    ['another token', { ...query, 'hub.verify_token': 'our-tokeN' }],
    ['a longer token', { ...query, 'hub.verify_token': 'our-token2' }],
    ['no token', { 'hub.mode': 'subscribe', 'hub.challenge': '1' }],
    ['a repeated token', { ...query, 'hub.verify_token': ['our-token', 'our-token'] }],
    ['another mode', { ...query, 'hub.mode': 'unsubscribe' }],
    ['no challenge', { ...query, 'hub.challenge': undefined }],
    ['an empty challenge', { ...query, 'hub.challenge': '' }],
    ['markup as challenge', { ...query, 'hub.challenge': '<script>alert(1)</script>' }],
    ['a challenge of two lines', { ...query, 'hub.challenge': '1\n2' }],
    ['a challenge of 201 characters', { ...query, 'hub.challenge': '1'.repeat(201) }],
    ['nothing', {}],
  ])('refuses %s', (_name, asked) => {
    expect(answerHandshake(asked, 'our-token')).toEqual({ ok: false });
  });

  it('never matches if no token is configured', () => {
    expect(answerHandshake({ ...query, 'hub.verify_token': '' }, '')).toEqual({ ok: false });
    expect(answerHandshake({ ...query, 'hub.verify_token': 'undefined' }, undefined)).toEqual({ ok: false });
  });
});
