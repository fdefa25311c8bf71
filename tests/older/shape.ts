/**
 * Where `present` lacks what `recorded` has: a field, the type of its value, or the same `code`. Other values may differ, or be null. More
 * fields, and more or fewer items, make no difference.
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
