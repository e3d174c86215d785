import { DatabaseSync } from 'node:sqlite';
import { SqliteDatabase } from '../../shared/heddle/adapters/embedded/database.ts';
import { SqliteStore } from '../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { RUNS } from '../../shared/heddle/ports/collections.ts';
import { createFakeClock } from './fake-clock.ts';

/** The rows and their statuses: most are alike, few are not. */
const RUN = `
  json_object(
    'id', printf('r%07d', n),
    'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + n, 'unixepoch'),
    'eventKey', printf('key-%d', n),
    'source', iif(n % 10 = 0, 'stripe', 'github'),
    'eventType', 'push',
    'eventTypeRoot', 'push',
    'trigger', CASE WHEN n % 1000 = 0 THEN 'rare' WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END,
    'status', CASE WHEN n < 40 THEN 'running' WHEN n % 20 = 1 THEN 'failed' ELSE 'succeeded' END)`;

/**
 * Fills a new file with runs, in SQL: `r0000000` is the oldest. Every tenth is of `stripe`, every
 * thousandth of the trigger `rare`, the others of `even` and `odd`. Every twentieth has failed, all
 * of `odd`; the first 40 are running.
 */
export async function fillWithRuns(path: string, count: number): Promise<void> {
  const database = SqliteDatabase.open(path);
  await new SqliteStore(database, { clock: createFakeClock() }).list(RUNS, { limit: 1 });
  await database.close();
  const file = new DatabaseSync(path);
  file.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -64000');
  const columns = RUNS.indexed.map((field) => `field_${field}`).join(', ');
  const values = RUNS.indexed.map((field) => `body -> '$.${field}'`).join(', ');
  file.exec(`
    WITH RECURSIVE numbers (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - 1}),
      bodies AS (SELECT ${RUN} AS body FROM numbers)
    INSERT INTO documents_runs (id, etag, time, body, ${columns})
    SELECT body ->> '$.id', 'etag', body ->> '$.createdAt', body, ${values} FROM bodies`);
  file.close();
}
