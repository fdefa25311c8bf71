import type { FeedPage } from '@transom/shared';
import type { WrittenPage } from '../written-page.ts';

/** The page as a desk reads it. */
export function readWritten(page: WrittenPage, serverNow: number): FeedPage {
  const [read] = JSON.parse(`[${page.headAt(serverNow)}${page.rest.toString()}`) as [FeedPage];
  return read;
}
