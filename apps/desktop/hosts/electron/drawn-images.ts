/**
 * The two small images that change or have no file: the tray's and the count on the Windows task bar. They are drawn
 * here, 32 × 32 at twice the density, four bytes per pixel in the order blue, green, red, alpha that Electron's
 * `nativeImage.createFromBitmap` takes.
 */
const side = 32;
export const imageSize = { width: side, height: side, scaleFactor: 2 } as const;

type Color = readonly [red: number, green: number, blue: number];
const blue: Color = [63, 120, 181];
const black: Color = [0, 0, 0];
const red: Color = [190, 45, 40];
const white: Color = [255, 255, 255];

/** A transom above a door. macOS wants black with alpha and applies its own color. */
export function drawTray(os: string): Buffer {
  return paint((x, y) => {
    const fromHinge = Math.hypot(x - 15.5, y - 14);
    const isGlass = y <= 14 && fromHinge <= 12 && (fromHinge >= 9.5 || y >= 12 || Math.abs(x - 15.5) < 1.5);
    const isDoor =
      y >= 17 && y <= 30 && x >= 4 && x <= 27 && (x < 7 || x > 24 || y < 19 || y > 28 || Math.abs(x - 15.5) < 1.5);
    return isGlass || isDoor ? (os === 'darwin' ? black : blue) : null;
  });
}

/** One or two digits, white on a red disc. */
export function drawCount(text: string): Buffer {
  const scale = text.length === 1 ? 4 : 3;
  const width = (text.length * 4 - 1) * scale;
  const left = Math.floor((side - width) / 2);
  const top = Math.floor((side - 5 * scale) / 2);
  return paint((x, y) => {
    const column = Math.floor((x - left) / scale);
    const row = Math.floor((y - top) / scale);
    const digit = digits[text[Math.floor(column / 4)] ?? ''];
    if (column >= 0 && column % 4 < 3 && digit?.[row]?.[column % 4] === '#') return white;
    return Math.hypot(x - 15.5, y - 15.5) <= 15.5 ? red : null;
  });
}

const digits: Readonly<Record<string, readonly string[]>> = {
  0: ['###', '# #', '# #', '# #', '###'],
  1: [' # ', '## ', ' # ', ' # ', '###'],
  2: ['###', '  #', '###', '#  ', '###'],
  3: ['###', '  #', '###', '  #', '###'],
  4: ['# #', '# #', '###', '  #', '  #'],
  5: ['###', '#  ', '###', '  #', '###'],
  6: ['###', '#  ', '###', '# #', '###'],
  7: ['###', '  #', ' # ', ' # ', ' # '],
  8: ['###', '# #', '###', '# #', '###'],
  9: ['###', '# #', '###', '  #', '###'],
};

function paint(colorAt: (x: number, y: number) => Color | null): Buffer {
  const pixels = Buffer.alloc(side * side * 4);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const colour = colorAt(x, y);
      if (colour !== null) pixels.set([colour[2], colour[1], colour[0], 255], (y * side + x) * 4);
    }
  }
  return pixels;
}
