import { createHash, timingSafeEqual } from 'node:crypto';
import type { HandshakeAnswer } from '../channel.ts';

/** Echoing anything wider to a browser would let others plant script in a page of ours. */
const challengeFormat = /^[A-Za-z0-9_-]{1,200}$/;

/**
 * Answers Meta's check that this address is ours, made when the callback is saved in its dashboard. `query` has the flat keys `hub.mode`,
 * `hub.verify_token`, `hub.challenge`. An empty or missing `verifyToken` never matches: there is no default. The challenge goes back as
 * `text/plain`; a refusal is a 403.
 */
export function answerHandshake(
  query: Readonly<Record<string, unknown>>,
  verifyToken: string | undefined,
): HandshakeAnswer {
  const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = query;
  if (mode !== 'subscribe' || typeof token !== 'string' || typeof challenge !== 'string') return { ok: false };
  if (verifyToken === undefined || verifyToken === '' || !sameText(token, verifyToken)) return { ok: false };
  return challengeFormat.test(challenge) ? { ok: true, challenge } : { ok: false };
}

/** Compares digests, so that the time taken reveals neither content nor length of the expected text. */
function sameText(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
