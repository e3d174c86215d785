import { DatabaseSync, StatementSync } from 'node:sqlite';
import { onTestFinished, vi } from 'vitest';

/** A statement that was prepared, with SQLite's plan of it: one line a step. */
export interface Planned {
  readonly sql: string;
  readonly plan: string;
}

export interface SqlRecorder {
  /** Plans of all statements prepared so far, but those that define or begin something. */
  plans(): readonly Planned[];
  /** Rows that statements have given out so far. */
  rows(): number;
}

const PLANNED = /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/;

/** Records the SQL of all databases of this process, until the test has finished. */
export function recordSql(): SqlRecorder {
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
  const all = vi.spyOn(StatementSync.prototype, 'all');
  const get = vi.spyOn(StatementSync.prototype, 'get');
  onTestFinished(() => {
    for (const spy of [prepare, all, get]) spy.mockRestore();
  });
  const databases = new Map<string, DatabaseSync>();
  return {
    plans() {
      for (const [index, [sql]] of prepare.mock.calls.entries()) {
        const database = prepare.mock.contexts[index];
        if (PLANNED.test(sql) && database instanceof DatabaseSync) databases.set(sql, database);
      }
      return [...databases].map(([sql, database]) => ({ sql, plan: explain(database, sql) }));
    },
    rows: () => count(all) + count(get),
  };
}

function explain(database: DatabaseSync, sql: string): string {
  const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
  return steps.map(({ detail }) => String(detail)).join('\n');
}

function count({ mock }: { mock: { results: readonly { value?: unknown }[] } }): number {
  const sizes = mock.results.map(({ value }) => (Array.isArray(value) ? value.length : 1));
  return sizes.reduce((sum, size) => sum + size, 0);
}
