import { app, type BrowserWindow, nativeImage } from 'electron';
import { drawCount, imageSize } from './drawn-images.ts';
import { words } from './words.ts';

export type Badge =
  | { readonly kind: 'count'; readonly count: number }
  | {
      readonly kind: 'overlay';
      readonly text: string | null;
      readonly description: string;
      readonly shouldFlash: boolean;
    };

/** How this system shows that `count` conversations wait. It flashes only when there are more than before. */
export function decideBadge(os: string, count: number, before: number): Badge {
  const whole = Number.isFinite(count) ? Math.max(0, Math.trunc(count)) : 0;
  if (os !== 'win32') return { kind: 'count', count: whole };
  return {
    kind: 'overlay',
    text: whole === 0 ? null : whole > 99 ? '99' : String(whole),
    description: words().hosts.waiting(whole),
    shouldFlash: whole > before,
  };
}

export function installBadge(deps: { os: string; window: BrowserWindow }): (count: number) => void {
  let before = 0;
  return (count) => {
    const badge = decideBadge(deps.os, count, before);
    before = count;
    if (badge.kind === 'count') return void app.setBadgeCount(badge.count);
    const image = badge.text === null ? null : nativeImage.createFromBitmap(drawCount(badge.text), imageSize);
    deps.window.setOverlayIcon(image, badge.description);
    if (badge.shouldFlash && !deps.window.isFocused()) deps.window.flashFrame(true);
    if (badge.text === null) deps.window.flashFrame(false);
  };
}
