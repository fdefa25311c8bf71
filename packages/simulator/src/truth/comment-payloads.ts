import type { NativeIds } from './native-ids.ts';
import type { Comment } from './truth.ts';

type Ad = { readonly adTitle?: string | undefined; readonly adId?: string | undefined };

/** The `value` of a comment webhook: Instagram's `comments` and the Page's `feed` share nothing but the idea. */
export function commentValue(ids: NativeIds, comment: Comment, ad: Ad = {}): object {
  const { account, buyer } = comment;
  if (account.channel === 'instagram') {
    const media =
      ad.adTitle === undefined
        ? { id: comment.postId, media_product_type: 'FEED' }
        : { id: comment.postId, media_product_type: 'AD', ad_id: ad.adId ?? ids.ad(), ad_title: ad.adTitle };
    return {
      from: {
        id: buyer?.id ?? account.nativeId,
        username: buyer === null ? account.username : (buyer.username ?? buyer.name),
      },
      media,
      id: comment.id,
      ...(comment.parentId === null ? {} : { parent_id: comment.parentId }),
      text: comment.text,
    };
  }
  const post = {
    status_type: 'added_photos',
    is_published: true,
    permalink_url: `https://www.facebook.com/${account.nativeId}/posts/${comment.postId.split('_').at(-1)}`,
    promotion_status: ad.adTitle === undefined ? 'inactive' : 'active',
    id: comment.postId,
  };
  return {
    item: 'comment',
    verb: 'add',
    from: { id: buyer?.id ?? account.nativeId, name: buyer?.name ?? account.name },
    post,
    post_id: comment.postId,
    comment_id: comment.id,
    parent_id: comment.parentId ?? comment.postId,
    created_time: Math.floor(comment.at / 1_000),
    message: comment.text,
  };
}
