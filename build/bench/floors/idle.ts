import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { Server } from 'socket.io';
// A dependency of the relay, not of the root: the floor must use exactly the same one.
import { fastify } from '../../../apps/relay/node_modules/fastify/fastify.js';

/** Floor of an idle relay: web server, sockets and database, with nothing to do. */
const { values } = parseArgs({ options: { db: { type: 'string' } } });
const db = new Database(values.db ?? '');
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('create table if not exists deliveries (id integer primary key, body blob not null)');
const count = db.prepare<[], number>('select count(*) from deliveries').pluck();

const app = fastify({ logger: false });
app.get('/healthz', async () => ({ deliveries: count.get() }));
const desks = new Server(app.server, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
desks.on('connection', (socket) => void socket.join('agency'));
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ url })}\n`);
process.on('SIGTERM', () => process.exit());
