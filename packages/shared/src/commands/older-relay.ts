import { type Refusal, refuse } from '../refusals.ts';
import { type Command, definitionOf } from './command.ts';

/**
 * The same command for a relay that speaks `version`: without the fields that it does not know yet. What it cannot do at all is
 * refused here, in words, because such a relay would only call it a wrong shape.
 */
export function forRelayOf(
  version: number,
  command: Command,
): { readonly ok: true; readonly command: Command } | { readonly ok: false; readonly refusal: Refusal } {
  const { since, laterFields = {} } = definitionOf(command.kind);
  const unknown = Object.entries(laterFields).filter(
    ([field, { since }]) => since > version && Reflect.get(command, field) !== undefined,
  );
  if (since > version || unknown.some(([, { without }]) => without === 'refuse'))
    return { ok: false, refusal: refuse('not_configured.older_relay') };
  const fields = new Set(unknown.map(([field]) => field));
  const known = Object.fromEntries(Object.entries(command).filter(([field]) => !fields.has(field)));
  return { ok: true, command: known as Command };
}
