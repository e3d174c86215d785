import { parseExactJson } from '../../domain/exact-json.ts';
import { InvariantError } from '../../errors/errors.ts';
import type { Document, ListQuery, Page } from '../../ports/document-store.ts';
import { parseContinuation, toContinuation } from '../continuation.ts';
import { type CollectionTable, toFieldColumn, toIndexed } from './collection-table.ts';
import type { Connection } from './connection.ts';

const MAX_LIMIT = 1000;

interface Row {
  readonly id: string;
  readonly time: string;
  readonly body: string;
}

export function listDocuments<T extends Document>(
  connection: Connection,
  table: CollectionTable,
  query: ListQuery,
  now: number,
): Page<T> {
  const { limit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvariantError(`${table.name}: the limit ${limit} is not 1 to ${MAX_LIMIT}`);
  }
  const { sql, values } = toSelect(table, query, now);
  // One row more than asked for tells whether there is another page.
  const rows = connection.all<Row>(sql, ...values, limit + 1);
  const items = rows.slice(0, limit).map(({ body }) => parseExactJson(body) as T);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return last === undefined
    ? { items }
    : { items, continuation: toContinuation(table.name, query, last) };
}

/**
 * Continues after the key of the last document seen, not at an offset, so that writes in between
 * shift nothing.
 */
function toSelect(table: CollectionTable, query: ListQuery, now: number) {
  const clauses = ['(expires_at IS NULL OR expires_at > ?)'];
  const values: (string | number | null)[] = [now];
  const add = (clause: string, ...own: typeof values) => {
    clauses.push(clause);
    values.push(...own);
  };
  for (const [field, value] of Object.entries(query.where ?? {})) {
    if (!table.indexed.includes(field)) {
      throw new InvariantError(`${table.name}: "${field}" is not indexed`);
    }
    add(`${toFieldColumn(field)} = ?`, toIndexed(value));
  }
  if (query.since !== undefined) add('time >= ?', query.since);
  if (query.until !== undefined) add('time < ?', query.until);
  const [order, beyond] = query.isAscending ? ['ASC', '>'] : ['DESC', '<'];
  const after = parseContinuation(table.name, query);
  if (after !== undefined) add(`(time, id) ${beyond} (?, ?)`, after.time, after.id);
  const sql = `
    SELECT id, time, body FROM ${table.table} WHERE ${clauses.join(' AND ')}
    ORDER BY time ${order}, id ${order} LIMIT ?`;
  return { sql, values };
}
