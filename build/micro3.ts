import Database from 'better-sqlite3';
import { cpSync } from 'node:fs';
const sql = `select c.* from contacts t join conversations c on c.agency_id = t.agency_id and c.account_id = t.account_id and c.contact_id = t.id where t.agency_id = :agency and t.account_id = :accountId and t.sender_id = :senderId`;
for (const [name, prep] of [['as is', ''], ['no contacts_nameless', 'drop index contacts_nameless'], ['no stat', 'delete from sqlite_stat1'], ['unary plus', '']] as const) {
  cpSync('/tmp/reldata/transom.db', '/tmp/m3.db'); let db = new Database('/tmp/m3.db'); if (prep) db.exec(prep); db.close(); db = new Database('/tmp/m3.db');
  const agency = db.prepare('select id from agencies').pluck().get() as string;
  const senders = db.prepare('select account_id as accountId, sender_id as senderId from contacts').all() as any[];
  const st = db.prepare(sql); const params = senders.map((s) => ({ agency, ...s })); for (const p of params) st.get(p);
  const a = performance.now(); for (let k = 0; k < 4000; k++) st.get(params[(k * 7) % params.length]); console.log(name, ((performance.now() - a) / 4).toFixed(1), 'us');
  const b = performance.now(); for (let k = 0; k < 4000; k++) st.get(params[0]); console.log('  same params', ((performance.now() - b) / 4).toFixed(1), 'us');
  db.close();
}
