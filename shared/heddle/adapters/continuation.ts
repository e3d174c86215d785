import { createHash } from 'node:crypto';
import { z } from 'zod';
import { RejectedError } from '../errors/errors.ts';
import type { ListQuery } from '../ports/document-store.ts';

/** The last document of a page, after which the next page begins. */
export interface Position {
  readonly time: string;
  readonly id: string;
}

const TokenSchema = z.tuple([z.string(), z.string(), z.string()]);

export function toContinuation(collection: string, query: ListQuery, last: Position): string {
  const token = [fingerprint(collection, query), last.time, last.id];
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/** @throws {RejectedError} when the continuation is malformed or belongs to another query */
export function parseContinuation(collection: string, query: ListQuery): Position | undefined {
  if (query.continuation === undefined) return undefined;
  const token = TokenSchema.safeParse(decode(query.continuation));
  if (!token.success || token.data[0] !== fingerprint(collection, query)) {
    throw new RejectedError(
      'continuation_invalid',
      'the continuation is not one that an earlier page of this query gave: start again without it',
    );
  }
  const [, time, id] = token.data;
  return { time, id };
}

function decode(continuation: string): unknown {
  try {
    return JSON.parse(Buffer.from(continuation, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Excludes the limit, since pages of one query may differ in size. */
function fingerprint(collection: string, query: ListQuery): string {
  const { where = {}, since, until, isAscending = false } = query;
  const clauses = Object.entries(where).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([collection, clauses, since, until, isAscending]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}
