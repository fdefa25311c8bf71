/**
 * Meta's side of the response window, written only from Meta's pages, not from our code: the relay's countdowns are
 * checked against it.
 *
 * A person's message (of any kind), story mention, tap, reaction or link into the thread opens it again. It lasts 24 hours, or 7 days
 * from the first message after an ad click (policy page, 28 September 2026). HUMAN_AGENT reaches 7 days after the person's last
 * action. A comment opens nothing; it allows one private reply within 7 days (private replies pages, April to July 2026).
 */
const hourMs = 60 * 60 * 1_000;
const standardMs = 24 * hourMs;
const adMs = 7 * 24 * hourMs;
const humanAgentMs = 7 * 24 * hourMs;
const privateReplyMs = 7 * 24 * hourMs;

export type Openings = { lastAt: number | null; lastByAdAt: number | null };

/** Records that the person did something at `at` that opens the window. Late news of earlier acts changes nothing. */
export function noteOpening(openings: Openings, at: number, byAd: boolean): void {
  openings.lastAt = Math.max(openings.lastAt ?? at, at);
  if (byAd) openings.lastByAdAt = Math.max(openings.lastByAdAt ?? at, at);
}

/** The window for untagged messages, even if it is over by now. Null if it never opened. */
export function windowFrom(openings: Openings): { openedAt: number; expiresAt: number } | null {
  if (openings.lastAt === null) return null;
  const byAd = openings.lastByAdAt === null ? 0 : openings.lastByAdAt + adMs;
  return { openedAt: openings.lastAt, expiresAt: Math.max(openings.lastAt + standardMs, byAd) };
}

export type SendVerdict = 'allowed' | 'outside_window' | 'human_agent_missing';

export function judgeSend(
  openings: Openings,
  tag: 'HUMAN_AGENT' | null,
  humanAgentApproved: boolean,
  now: number,
): SendVerdict {
  if (tag !== null && !humanAgentApproved) return 'human_agent_missing';
  const window = windowFrom(openings);
  if (window === null) return 'outside_window';
  const until = tag === null ? window.expiresAt : Math.max(window.expiresAt, window.openedAt + humanAgentMs);
  return now < until ? 'allowed' : 'outside_window';
}

export type PrivateReplyVerdict = 'allowed' | 'used' | 'too_late';

export function judgePrivateReply(
  comment: { readonly at: number; readonly privateReplyId: string | null },
  now: number,
): PrivateReplyVerdict {
  if (comment.privateReplyId !== null) return 'used';
  return now < comment.at + privateReplyMs ? 'allowed' : 'too_late';
}
