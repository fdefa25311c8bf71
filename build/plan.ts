import Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';
import { openSqliteStore } from '../apps/relay/src/store/sqlite/open.ts';
const s = openSqliteStore('/tmp/plan.db'); await s.close();
const db = new Database('/tmp/plan.db');
const grab = (f: string, name: string) => { const t = readFileSync(f, 'utf8'); const m = new RegExp('const ' + name + ' = `([^`]*)`').exec(t); return m![1]!; };
const c = grab('apps/relay/src/inbox/documents.ts', 'selectConversations'), t = grab('apps/relay/src/inbox/thread.ts', 'selectThread'), m = grab('apps/relay/src/inbox/documents.ts','selectMessages');
for (const q of [c + ' where c.agency_id = :agency and c.id = :id', t + ' where t.agency_id = :agency and t.account_id = :accountId and t.sender_id = :senderId', m + ' where m.agency_id = :agency and m.id = :id',
`select id, body, attempts, received_at from deliveries where state = 'pending' and state <> 'done' and next_attempt_at <= :now order by next_attempt_at, id limit :limit`,
`select t.id from contacts t join accounts a on a.agency_id = t.agency_id and a.id = t.account_id and a.state = 'connected' join conversations c on c.agency_id = t.agency_id and c.account_id = t.account_id and c.contact_id = t.id where t.agency_id = :agency and t.name is null and t.username is null and t.name_asked_at < :before and c.window_opened_at is not null limit :limit`]) { console.log('---'); for (const r of db.prepare('explain query plan ' + q).all({ agency: '', id: '', accountId: '', senderId: '', now: 0, limit: 1, before: 0 }) as any[]) console.log(r.detail); }
