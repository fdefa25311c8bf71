import type { Source } from '@transom/shared';
import { asId, asRecord, asText } from '../shape.ts';

/** Where a conversation began, by the referral that its message or tap carried. Any source other than ADS is a link. */
export function sourceOf(value: unknown): Source {
  const referral = asRecord(value);
  if (referral?.source !== 'ADS') return { kind: 'dm', postId: null, commentId: null, adTitle: null };
  const ad = asRecord(referral.ads_context_data);
  return { kind: 'ad', postId: asId(ad?.post_id), commentId: null, adTitle: asText(ad?.ad_title) };
}
