import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Placement, Rectangle } from './window-placement.ts';

/** What the shell itself keeps between runs. Losing it costs a person little more than the place of a window. */
export type Remembered = { readonly placement: Placement | null; readonly wasToldAboutTray: boolean };

const nothing: Remembered = { placement: null, wasToldAboutTray: false };

/** Reads what was remembered; a missing, damaged or foreign file counts as nothing. */
export function readRemembered(path: string): Remembered {
  try {
    return checkRemembered(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return nothing;
  }
}

/** Replaces the file in one step, so that a crash of this process leaves the old one or the new one. */
export function writeRemembered(path: string, remembered: Remembered): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(remembered));
  renameSync(`${path}.new`, path);
}

export function checkRemembered(value: unknown): Remembered {
  if (!isRecord(value)) return nothing;
  return { placement: checkPlacement(value['placement']), wasToldAboutTray: value['wasToldAboutTray'] === true };
}

function checkPlacement(value: unknown): Placement | null {
  if (!isRecord(value)) return null;
  const bounds = checkRectangle(value['bounds']);
  return bounds === null ? null : { bounds, isMaximized: value['isMaximized'] === true };
}

function checkRectangle(value: unknown): Rectangle | null {
  if (!isRecord(value)) return null;
  const { x, y, width, height } = value;
  return isCoordinate(x) && isCoordinate(y) && isCoordinate(width) && isCoordinate(height)
    ? { x, y, width, height }
    : null;
}

/** Electron takes 32-bit integers and throws on anything else. */
function isCoordinate(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(Number(value)) < 2 ** 30;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
