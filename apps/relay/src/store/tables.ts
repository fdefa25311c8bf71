/** Tables that no agency owns. Everything else is a tenant's and has `agency_id` first in its key. */
const systemTables: ReadonlySet<string> = new Set([
  'agencies',
  'pairing_codes',
  'device_tokens',
  'account_routes',
  'sign_ins',
  'deletion_requests',
  'probes',
  'schema_compatibility',
  'deliveries',
  'partners',
  'partner_people',
  'partner_grants',
]);

/** In `on conflict … do update set` no table follows. */
const tableAfter = /\b(?:from|into|(?<!\bdo\s)update|join)\s+["'`[]?(\w+)/gi;
/** A second table after a comma would go unseen. */
const commaJoin = /\bfrom\s+\w+(?:\s+(?:as\s+)?\w+)?\s*,/i;

/** Throws if a statement reaches a tenant's table without an agency. Checked once per statement, when it is prepared. */
export function assertSystemStatement(sql: string): void {
  for (const [, table] of sql.matchAll(tableAfter)) {
    if (table !== undefined && !systemTables.has(table.toLowerCase())) {
      throw new Error(`The table "${table}" belongs to agencies; reach it through forAgency(id). Statement: ${sql}`);
    }
  }
  if (commaJoin.test(sql))
    throw new Error(`Write "join" instead of a comma, or reach the table through forAgency(id). Statement: ${sql}`);
}

/** Throws if a statement for one agency does not name it. */
export function assertAgencyStatement(sql: string): void {
  if (!/:agency\b/.test(sql)) {
    throw new Error(`A statement on an agency's tables must name :agency. Statement: ${sql}`);
  }
}
