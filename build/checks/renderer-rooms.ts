import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * The renderer's rooms form no cycle: none imports, directly or indirectly, from a room that imports from it. The linter looks at one file
 * at a time and cannot see this.
 */
const relativeImport = /from '(\.[^']+)'/g;
type Rooms = ReadonlyMap<string, ReadonlySet<string>>;

/** The rooms under `renderer` that lead back to themselves. */
export function roomsThatLeadBack(renderer: string): string[] {
  const rooms = importsIn(renderer);
  return [...rooms.keys()].filter((room) => leadsTo(room, room, rooms));
}

function importsIn(renderer: string): Rooms {
  const rooms = new Map<string, Set<string>>();
  const files = globSync('*/**/*.{ts,tsx}', { cwd: renderer }).filter((file) => !/(^|\/)test-|\.test\./.test(file));
  for (const file of files) {
    const room = roomOf(file);
    const known = rooms.get(room) ?? new Set();
    rooms.set(room, known);
    for (const [, path = ''] of readFileSync(join(renderer, file), 'utf8').matchAll(relativeImport)) {
      const target = posix.join(posix.dirname(file), path);
      // Files directly in the renderer's folder join rooms and belong to none.
      if (!target.startsWith('..') && target.includes('/') && roomOf(target) !== room) known.add(roomOf(target));
    }
  }
  return rooms;
}

const roomOf = (file: string): string => file.split('/')[0] ?? '';

function leadsTo(from: string, to: string, rooms: Rooms, passed = new Set<string>()): boolean {
  return [...(rooms.get(from) ?? [])].some((room) => {
    if (room === to) return true;
    if (passed.has(room)) return false;
    passed.add(room);
    return leadsTo(room, to, rooms, passed);
  });
}
