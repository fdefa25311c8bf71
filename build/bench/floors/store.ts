import Database from 'better-sqlite3';

/**
 * The plainest store that keeps the promises about an inquiry: contact, conversation with its window, message, lead and the
 * change for the desks, all or nothing, each message once, on disk when `keep` returns.
 */
const tables = `
create table if not exists contacts (id integer primary key, platform text not null, sender text not null, unique (platform, sender));
create table if not exists conversations (
  id integer primary key, contact_id integer not null unique, account text not null, last_at integer not null,
  window_ends_at integer not null, unread integer not null, preview text not null
);
create index if not exists conversations_by_window on conversations (window_ends_at);
create table if not exists messages (id integer primary key, mid text not null unique, conversation_id integer not null, at integer not null, text text not null);
create index if not exists messages_by_conversation on messages (conversation_id, at);
create table if not exists leads (conversation_id integer primary key, stage text not null);
create table if not exists changes (seq integer primary key, body text not null);`;

type Webhook = {
  readonly object: string;
  readonly entry: readonly {
    readonly id: string;
    readonly messaging: readonly {
      readonly sender: { readonly id: string };
      readonly timestamp: number;
      readonly message: { readonly mid: string; readonly text: string };
    }[];
  }[];
};
export type Kept = {
  readonly seq: number;
  readonly id: number;
  readonly mid: string;
  readonly conversationId: number;
  readonly at: number;
  readonly windowEndsAt: number;
  readonly unread: number;
  readonly text: string;
};

const dayMs = 86_400_000;

export type FloorStore = {
  /** One transaction for all of them; returns what was new. */
  keep(bodies: readonly Buffer[]): Kept[];
  /** 2 is FULL: a commit is on disk when it returns. */
  synchronous(): unknown;
  close(): void;
};

export function openFloorStore(path: string): FloorStore {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(tables);
  const known = db.prepare<[string], number>('select 1 from messages where mid = ?').pluck();
  const contact = db
    .prepare<[string, string], number>(
      'insert into contacts (platform, sender) values (?, ?) on conflict do update set sender = sender returning id',
    )
    .pluck();
  const conversation = db.prepare<[number, string, number, number, string], { id: number; unread: number }>(
    `insert into conversations (contact_id, account, last_at, window_ends_at, unread, preview) values (?, ?, ?, ?, 1, ?)
     on conflict (contact_id) do update set last_at = excluded.last_at, window_ends_at = excluded.window_ends_at,
       unread = unread + 1, preview = excluded.preview returning id, unread`,
  );
  const message = db.prepare<[string, number, number, string]>(
    'insert into messages (mid, conversation_id, at, text) values (?, ?, ?, ?)',
  );
  const lead = db.prepare<[number]>(`insert into leads values (?, 'new') on conflict do nothing`);
  const change = db.prepare<[string]>('insert into changes (body) values (?)');

  function put(body: Buffer): Kept[] {
    const kept: Kept[] = [];
    const webhook = JSON.parse(body.toString()) as Webhook;
    for (const entry of webhook.entry) {
      for (const {
        sender,
        timestamp: at,
        message: { mid, text },
      } of entry.messaging) {
        if (known.get(mid) !== undefined) continue;
        const contactId = contact.get(webhook.object, sender.id) ?? 0;
        const windowEndsAt = at + dayMs;
        const row = conversation.get(contactId, entry.id, at, windowEndsAt, text.slice(0, 160)) ?? { id: 0, unread: 0 };
        const id = Number(message.run(mid, row.id, at, text).lastInsertRowid);
        lead.run(row.id);
        const document = { id, mid, conversationId: row.id, at, windowEndsAt, unread: row.unread, text };
        kept.push({ ...document, seq: Number(change.run(JSON.stringify(document)).lastInsertRowid) });
      }
    }
    return kept;
  }
  return {
    keep: db.transaction((bodies: readonly Buffer[]) => bodies.flatMap(put)),
    synchronous: () => db.pragma('synchronous', { simple: true }),
    close: () => void db.close(),
  };
}
