import Database from 'better-sqlite3';
import { type AgencyWork, inWorkWithin } from '../ledger/agency-work.ts';
import type { AgencyTx, SqlParams } from '../store/port.ts';
import { seedPlannerStatistics } from '../store/sqlite/planner-statistics.ts';
import type { AgencyInRoom, RelayRoom } from './relay-room.ts';

/** Runs a part of the relay and returns how SQLite plans each statement that it used. */
export async function plansOf(
  room: RelayRoom,
  { agency }: AgencyInRoom,
  action: (tx: AgencyTx, work: AgencyWork) => Promise<unknown>,
): Promise<string[]> {
  const asked = new Set<string>();
  await agency.write((tx) => {
    const noting =
      <Answer>(ask: (sql: string, params?: SqlParams) => Promise<Answer>) =>
      (sql: string, params?: SqlParams) => {
        asked.add(sql);
        return ask(sql, params);
      };
    const noted = {
      agencyId: tx.agencyId,
      get: noting(tx.get.bind(tx)),
      all: noting(tx.all.bind(tx)),
      run: noting(tx.run.bind(tx)),
    } as AgencyTx;
    return inWorkWithin(noted, room.clock(), (work) => action(noted, work));
  });
  const db = new Database(room.databasePath);
  seedPlannerStatistics(db);
  const plans = [...asked].flatMap((sql) => planOf(db, sql));
  db.close();
  return plans;
}

function planOf(db: Database.Database, sql: string): string[] {
  const names = [...new Set([...sql.matchAll(/:(\w+)/g)].map(([, name]) => name ?? ''))];
  const params = Object.fromEntries(names.map((name) => [name, 1]));
  const rows = db.prepare<[typeof params], { detail: string }>(`explain query plan ${sql}`).all(params);
  return rows.map(({ detail }) => detail);
}

/** Steps that read a whole table, or everything that an agency has in it; except its accounts, which are few. */
export const wholeTableSteps = (plans: readonly string[]): string[] =>
  plans.filter(
    (step) =>
      !step.startsWith('SEARCH accounts ') &&
      /^SCAN (?!c$|CONSTANT ROW$|\d+-ROW VALUES CLAUSE$)|USING (?:COVERING )?(?:INDEX|PRIMARY KEY) ?\w* ?\(agency_id=\?\)$/.test(
        step,
      ),
  );
