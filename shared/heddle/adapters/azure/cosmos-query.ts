import type { SqlParameter, SqlQuerySpec } from '@azure/cosmos';
import { InvariantError } from '../../errors/errors.ts';
import type { ListQuery } from '../../ports/document-store.ts';
import { parseContinuation } from '../continuation.ts';
import { type CosmosLayout, toIndexed } from './cosmos-layout.ts';
import { PACKED_FIELDS } from './packed-document.ts';

const MAX_LIMIT = 1000;

/**
 * Forms a list's query. Where there is a filter, it orders by the most selective field of it first,
 * though that is the same in all results: so Cosmos answers from the composite index of this field
 * and the time. Otherwise it walks the index of the time, however few of it match.
 * https://learn.microsoft.com/azure/cosmos-db/index-policy#queries-with-a-filter-and-order-by
 *
 * @returns with `plain`, the same without this field, for a container without its index
 */
export function toQuerySpecs(
  layout: CosmosLayout,
  query: ListQuery,
): { readonly driven?: SqlQuerySpec; readonly plain: SqlQuerySpec } {
  const { where = {} } = query;
  const driving = layout.indexed.find((field) => Object.hasOwn(where, field));
  const plain = toQuerySpec(layout, query, []);
  return driving === undefined
    ? { plain }
    : { driven: toQuerySpec(layout, query, [driving]), plain };
}

/**
 * Selects one item more than asked for, which tells whether there is another page. A page begins
 * after the key of the last document seen, so that writes in between shift nothing; Cosmos's own
 * continuation would not survive a split of its partitions.
 *
 * Tested against an emulator with one partition. On the service the client library merges
 * partitions and rewrites TOP and ORDER BY for it; both are supported across partitions:
 * https://learn.microsoft.com/azure/cosmos-db/nosql/query/order-by
 */
function toQuerySpec(
  layout: CosmosLayout,
  query: ListQuery,
  drivenBy: readonly string[],
): SqlQuerySpec {
  const { name, time } = layout;
  const { limit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvariantError(`${name}: the limit ${limit} is not 1 to ${MAX_LIMIT}`);
  }
  const parameters: SqlParameter[] = [];
  const clauses = toClauses(layout, query, (value) => {
    const parameter = `@p${parameters.length}`;
    parameters.push({ name: parameter, value });
    return parameter;
  });
  const filter = clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`;
  const fields = PACKED_FIELDS.map((field) => `c.${field}`).join(', ');
  const select = `SELECT TOP ${limit + 1} c.id, c.${time}, ${fields} FROM c ${filter}`;
  const order = query.isAscending ? 'ASC' : 'DESC';
  const keyed = [...drivenBy, time, 'id'].map((key) => `c["${key}"] ${order}`).join(', ');
  return { query: `${select} ORDER BY ${keyed}`, parameters };
}

/** @param bind names a parameter of this value */
function toClauses(
  { name, time, indexed }: CosmosLayout,
  query: ListQuery,
  bind: (value: string | number | boolean) => string,
): readonly string[] {
  const clauses: string[] = [];
  for (const [field, value] of Object.entries(query.where ?? {})) {
    if (!indexed.includes(field)) throw new InvariantError(`${name}: "${field}" is not indexed`);
    const known = toIndexed(value);
    clauses.push(known === undefined ? 'false' : `c["${field}"] = ${bind(known)}`);
  }
  if (query.since !== undefined) clauses.push(`c.${time} >= ${bind(query.since)}`);
  if (query.until !== undefined) clauses.push(`c.${time} < ${bind(query.until)}`);
  const after = parseContinuation(name, query);
  if (after) {
    const beyond = query.isAscending ? '>' : '<';
    const [at, id] = [bind(after.time), bind(after.id)];
    clauses.push(`(c.${time} ${beyond} ${at} OR (c.${time} = ${at} AND c.id ${beyond} ${id}))`);
  }
  return clauses;
}
