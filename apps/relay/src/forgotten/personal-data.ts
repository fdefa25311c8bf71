/**
 * Every table, and what it holds about people who write. A test fails if a table is missing here: each must say how a person is erased from
 * it, or why it holds nobody.
 *
 *   erased    holds words, names or ids of people who write; `how` says how they are removed
 *   staff     holds people of the agency and their devices, none who write
 *   none      holds neither
 */
export type PersonalData = { readonly kind: 'erased' | 'staff' | 'none'; readonly how: string };

export const personalData: Readonly<Record<string, PersonalData>> = {
  contacts: { kind: 'erased', how: 'name, username and link go; the sender id is replaced by one that nobody has' },
  conversations: { kind: 'erased', how: 'where it came from goes, the thread is closed and marked as erased' },
  messages: {
    kind: 'erased',
    how: 'text, attachments, reactions and references go; the empty row stays with its native id',
  },
  leads: { kind: 'erased', how: 'topics and source go' },
  changes: { kind: 'erased', how: 'documents from before lose their bodies' },
  deliveries: { kind: 'erased', how: 'items that carry their words or name them are taken out, whatever the state' },
  early_events: {
    kind: 'erased',
    how: 'those of their messages go with the message, and with the delivery that brought them',
  },
  erasures: { kind: 'erased', how: 'the row with the sender id goes when the erasure is finished' },
  deletion_requests: { kind: 'erased', how: 'the id that Meta named goes when the request is done' },
  forgotten: { kind: 'none', how: 'ids of messages and hashes: made to outlive the erasure' },
  delivery_items: { kind: 'none', how: 'ids of messages and deliveries' },
  merged_conversations: { kind: 'none', how: 'ids of conversations' },
  handoffs: { kind: 'none', how: 'ids, times and codes; resolved with the erasure' },
  commands: { kind: 'none', how: 'the answer holds ids and codes, the body is a hash; forgotten after 30 days' },
  events: { kind: 'none', how: 'the audit trail holds ids, times, counts and codes' },
  agencies: { kind: 'none', how: 'the business' },
  accounts: { kind: 'staff', how: 'app_scoped_id names who connected it, and goes when they ask Meta to delete' },
  account_routes: { kind: 'none', how: 'ids of accounts' },
  sign_ins: { kind: 'staff', how: 'ids, for ten minutes' },
  pairing_codes: { kind: 'staff', how: 'hashes and ids' },
  device_tokens: { kind: 'staff', how: 'hashes and ids' },
  people: { kind: 'staff', how: 'names of those who answer' },
  devices: { kind: 'staff', how: 'names of their devices' },
  partners: { kind: 'none', how: 'who looks after several agencies' },
  partner_people: { kind: 'staff', how: "names of a partner's people" },
  partner_grants: { kind: 'none', how: 'ids and times' },
  probes: { kind: 'none', how: 'times' },
  schema_compatibility: { kind: 'none', how: 'a version' },
};
