/**
 * Wire protocol between relay and desk. Each side names the range that it speaks; the relay picks the highest common one.
 * A desk that is too old keeps reading and is told to update before it sends (`client_too_old`).
 */
export const protocolVersion = { min: 1, max: 3 } as const;

export type VersionRange = { readonly min: number; readonly max: number };

/** The version to speak, or null when there is none in common. */
export function agreeOnVersion(ours: VersionRange, theirs: VersionRange): number | null {
  const highest = Math.min(ours.max, theirs.max);
  return highest >= Math.max(ours.min, theirs.min) ? highest : null;
}
