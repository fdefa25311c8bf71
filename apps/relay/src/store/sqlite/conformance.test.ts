import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FreshDatabase, itConforms } from '../conformance.ts';
import type { Store } from '../port.ts';
import { meetConflicts } from '../testing/conflicts.ts';
import { openSqliteStore } from './open.ts';

itConforms((): FreshDatabase => {
  const folder = mkdtempSync(join(tmpdir(), 'transom-conformance-'));
  const stores: Store[] = [];
  let stop = (): void => undefined;
  return {
    open() {
      const store = openSqliteStore(join(folder, 'transom.db'));
      stores.push(store);
      return store;
    },
    conflictOnceAt(statement) {
      stop = meetConflicts((sql) => {
        if (!statement.test(sql)) return false;
        stop();
        return true;
      });
    },
    async [Symbol.asyncDispose]() {
      stop();
      for (const store of stores) await store.close().catch(() => undefined);
      rmSync(folder, { recursive: true });
    },
  };
});
