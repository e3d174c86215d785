import type { IncomingMessage } from 'node:http';

export type OperationKind =
  | 'create'
  | 'upsert'
  | 'replace'
  | 'patch'
  | 'delete'
  | 'batch'
  | 'read'
  | 'query'
  | 'other';

export const WRITES: ReadonlySet<OperationKind> = new Set([
  'create',
  'upsert',
  'replace',
  'patch',
  'delete',
  'batch',
]);

export interface Operation {
  readonly kind: OperationKind;
  /** The container's id; undefined for operations that do not concern items. */
  readonly container: string | undefined;
}

const ITEMS = /^\/dbs\/[^/]+\/colls\/(?<container>[^/]+)\/docs(?<item>\/[^/]+)?\/?$/;

const KIND_OF_METHOD: Record<string, OperationKind> = {
  GET: 'read',
  PUT: 'replace',
  PATCH: 'patch',
  DELETE: 'delete',
};

export function toOperation(request: IncomingMessage): Operation {
  const [path = ''] = (request.url ?? '').split('?');
  const match = ITEMS.exec(path);
  if (match === null) return { kind: 'other', container: undefined };
  const container = decodeURIComponent(match.groups?.container ?? '');
  if (match.groups?.item !== undefined) {
    return { kind: KIND_OF_METHOD[request.method ?? ''] ?? 'other', container };
  }
  return { kind: request.method === 'GET' ? 'query' : kindOfPost(request), container };
}

/** https://learn.microsoft.com/rest/api/cosmos-db/common-cosmosdb-rest-request-headers */
function kindOfPost({ headers }: IncomingMessage): OperationKind {
  const isSet = (name: string) => String(headers[name]).toLowerCase() === 'true';
  if (isSet('x-ms-documentdb-isquery')) return 'query';
  if (isSet('x-ms-cosmos-is-batch-request')) return 'batch';
  return isSet('x-ms-documentdb-is-upsert') ? 'upsert' : 'create';
}
