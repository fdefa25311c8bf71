export type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
export type Placement = { readonly bounds: Rectangle; readonly isMaximized: boolean };

/** Below this the three columns do not fit side by side. */
export const smallestWindow = { width: 800, height: 560 } as const;
const firstWindow = { width: 1240, height: 820 } as const;
/** This much of the title bar must be on a display so that a person can grab it. */
const grabbable = { width: 120, height: 24 } as const;

/**
 * Where the window opens: where it was, when its title bar can still be reached there; otherwise centered on the
 * primary display, which comes first in `workAreas`. A saved size is cut to its display, but not below the smallest.
 * All in screen units.
 */
export function placeWindow(saved: Placement | null, workAreas: readonly [Rectangle, ...Rectangle[]]): Placement {
  if (saved !== null) {
    for (const area of workAreas) {
      // Made to fit first: a narrower window may no longer reach the display.
      const bounds = { ...saved.bounds, ...fit(saved.bounds, area) };
      if (isTitleBarOn(bounds, area)) return { bounds, isMaximized: saved.isMaximized };
    }
  }
  const [primary] = workAreas;
  const size = fit(saved?.bounds ?? firstWindow, primary);
  const x = primary.x + Math.max(0, Math.floor((primary.width - size.width) / 2));
  const y = primary.y + Math.max(0, Math.floor((primary.height - size.height) / 2));
  return { bounds: { x, y, ...size }, isMaximized: saved?.isMaximized ?? false };
}

function fit(size: { width: number; height: number }, area: Rectangle): { width: number; height: number } {
  return {
    width: Math.max(smallestWindow.width, Math.min(size.width, area.width)),
    height: Math.max(smallestWindow.height, Math.min(size.height, area.height)),
  };
}

function isTitleBarOn(bounds: Rectangle, area: Rectangle): boolean {
  const overlap = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  return overlap >= grabbable.width && bounds.y >= area.y && bounds.y + grabbable.height <= area.y + area.height;
}
