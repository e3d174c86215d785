import type { CosmosAccount } from './cosmos-account.ts';
import { REQUEST_TIMEOUT_MS } from './cosmos-call.ts';
import type { CosmosItem } from './cosmos-item.ts';
import { type CosmosAnswer, sendToCosmos } from './cosmos-request.ts';

/** Where an item is, or is to be. */
export interface ItemPlace {
  readonly container: string;
  readonly id: string;
  readonly signal: AbortSignal;
}

interface Asked extends ItemPlace {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly item?: CosmosItem;
}

/** The headers that the library sends with every request for an item. */
const ALWAYS = {
  accept: 'application/json',
  'cache-control': 'no-cache',
  'user-agent': 'heddle',
  'x-ms-cosmos-allow-tentative-writes': 'true',
  'x-ms-cosmos-sdk-supportedcapabilities': '1',
  'x-ms-documentdb-query-enablecrosspartition': 'true',
  'x-ms-documentdb-responsecontinuationtokenlimitinkb': '1',
  'x-ms-version': '2020-07-15',
};

/** Without it the service sends back the whole item. */
const WRITE = { 'content-type': 'application/json', prefer: 'return=minimal' };

/**
 * One item at a time, by the REST API that the library uses too. The library took a quarter of an
 * event's processor time (`npm run bench -- --only azure-cpu`) for diagnostics, plugins and retry
 * policies that are off or not needed here, and is slow to load. Lists, which are rare and have query
 * plans, are the library's. `test/unit/adapters/cosmos-documents.test.ts` compares the requests.
 * https://learn.microsoft.com/rest/api/cosmos-db/documents
 */
export class CosmosDocuments {
  readonly #account: CosmosAccount;
  readonly #database: string;

  constructor(account: CosmosAccount, database: string) {
    this.#account = account;
    this.#database = database;
  }

  /** @returns the etag, which every answer to a write has */
  async create(item: CosmosItem, place: ItemPlace): Promise<string | undefined> {
    const { headers } = await this.#ask({ ...place, method: 'POST', headers: WRITE, item });
    return headers.etag;
  }

  async replace(item: CosmosItem, etag: string, place: ItemPlace): Promise<string | undefined> {
    const conditional = { ...WRITE, 'if-match': etag };
    const { headers } = await this.#ask({ ...place, method: 'PUT', headers: conditional, item });
    return headers.etag;
  }

  async read(place: ItemPlace) {
    const { headers, text } = await this.#ask({ ...place, method: 'GET' });
    return { item: JSON.parse(text) as CosmosItem, etag: headers.etag };
  }

  async delete(place: ItemPlace): Promise<void> {
    await this.#ask({ ...place, method: 'DELETE' });
  }

  async #ask({ method, container, id, headers, item, signal }: Asked): Promise<CosmosAnswer> {
    const { endpoint, authorize } = this.#account;
    const parent = `dbs/${this.#database}/colls/${container}`;
    const link = `${parent}/docs/${id}`;
    const isNew = method === 'POST';
    const proof = await authorize({ method, resource: isNew ? parent : link });
    return sendToCosmos({
      ...{ method, signal, timeoutMs: REQUEST_TIMEOUT_MS },
      url: `${endpoint}/${encodeURI(isNew ? `${parent}/docs` : link)}`,
      headers: { ...ALWAYS, ...headers, ...toPartition(id), ...proof },
      ...(item === undefined ? {} : { body: JSON.stringify(item) }),
    });
  }
}

/** A header is ASCII. */
function toPartition(id: string): Readonly<Record<string, string>> {
  const key = JSON.stringify([id]).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return { 'x-ms-documentdb-partitionkey': key };
}
