import type { ActOf } from './acts.ts';
import type { NativeIds } from './native-ids.ts';

export type LinkedAttachment = { readonly type: string; readonly url: string | null; readonly wire: object };

/** Attachments with links shaped like Meta's lookaside links, pointing to the simulator, which serves them. */
export function attachmentsOf(ids: NativeIds, mediaUrl: string, act: ActOf<'sendsAttachment'>): LinkedAttachment[] {
  const type = act.type ?? 'image';
  return Array.from({ length: act.count ?? 1 }, () => {
    if (type === 'ephemeral') return { type, url: null, wire: { type } };
    if (type === 'location')
      return { type, url: null, wire: { type, payload: { coordinates: { lat: 59.9139, long: 10.7522 } } } };
    const asset = ids.asset();
    const url = act.url ?? `${mediaUrl}/?asset_id=${asset}&kind=${type}&signature=simulated`;
    const title = act.title === undefined ? {} : { title: act.title };
    return { type, url, wire: { type, payload: { ...mediaIdOf(type, asset), ...title, url } } };
  });
}

function mediaIdOf(type: string, asset: string): object {
  if (type === 'ig_post') return { ig_post_media_id: asset };
  if (type === 'ig_reel') return { reel_video_id: asset };
  return type === 'sticker' ? { sticker_id: 369239263222822 } : {};
}
