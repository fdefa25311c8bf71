/**
 * Where `present` lacks what `recorded` has: a field, or the kind of its value. Codes and kinds in words are values and may differ, as may
 * null. More fields, and more or fewer items, are no difference.
 */
export function keepsShape(recorded: unknown, present: unknown, path = ''): string[] {
  if (recorded === null || present === null) return [];
  if (typeof recorded !== typeof present || Array.isArray(recorded) !== Array.isArray(present))
    return [`${path}: another kind`];
  if (Array.isArray(recorded)) {
    const [item] = recorded as unknown[];
    return (present as unknown[]).flatMap((other, index) =>
      item === undefined || typeof item !== 'object' ? [] : keepsShape(item, other, `${path}[${index}]`),
    );
  }
  if (typeof recorded !== 'object') return [];
  return Object.entries(recorded).flatMap(([name, value]) => {
    if (!Object.hasOwn(present as object, name)) return [`${path}.${name}: missing`];
    return name === 'code' && value !== (present as { code: unknown }).code
      ? [`${path}.code: another one`]
      : keepsShape(value, (present as Record<string, unknown>)[name], `${path}.${name}`);
  });
}
