import type { Container, SqlQuerySpec } from '@azure/cosmos';
import { ConflictError, HeddleError, InvariantError } from '../../errors/errors.ts';
import type {
  Collection,
  Document,
  DocumentStore,
  ListQuery,
  Page,
  Stored,
  WriteOptions,
} from '../../ports/document-store.ts';
import { toContinuation } from '../continuation.ts';
import { callCosmos, WITHOUT_CONTENT } from './cosmos-call.ts';
import { CosmosContainers, type CosmosContainersOptions } from './cosmos-containers.ts';
import { isItemMissing, throwUnlessMissing, toCosmosFault, toStoreError } from './cosmos-error.ts';
import { type CosmosItem, checkId, toItem } from './cosmos-item.ts';
import { type CosmosLayout, toLayout } from './cosmos-layout.ts';
import { toQuerySpecs } from './cosmos-query.ts';
import { type Blobs, unpackDocument } from './packed-document.ts';
import { ReplacedBlobs } from './replaced-blobs.ts';

export interface CosmosStoreOptions extends CosmosContainersOptions {
  /** Holds documents that are too large for an item. */
  readonly blobs: Blobs;
}

/** Limit of concurrent blob reads for one page. */
const UNPACKED_AT_ONCE = 8;

/** Limit of reads of an item whose blob is gone because the item was replaced meanwhile. */
const MAX_READS = 3;

/**
 * Uses one container per collection and one partition per document: reads and writes touch one
 * item, and each write is one request. An expired document is gone for every operation, even before
 * Cosmos has deleted it (https://learn.microsoft.com/azure/cosmos-db/nosql/time-to-live).
 */
export class CosmosStore implements DocumentStore {
  readonly #blobs: Blobs;
  readonly #replaced: ReplacedBlobs;
  readonly #containers: CosmosContainers;
  readonly #layouts = new Map<object, CosmosLayout>();

  constructor(options: CosmosStoreOptions) {
    this.#blobs = options.blobs;
    this.#replaced = new ReplacedBlobs(options.blobs);
    this.#containers = new CosmosContainers(options);
  }

  async create<T extends Document>(
    collection: Collection<T>,
    document: T,
    options?: WriteOptions,
  ): Promise<Stored<T>> {
    const layout = this.#layout(collection);
    const item = await toItem(layout, document, this.#blobs, options);
    const subject = `${layout.name}/${document.id}`;
    const { etag } = await this.#call(layout, subject, async (container, abortSignal) => {
      const own = { ...WITHOUT_CONTENT, abortSignal, disableAutomaticIdGeneration: true };
      return container.items.create(item, own).catch((cause: unknown) => {
        if (toCosmosFault(cause).code !== 409) throw cause;
        throw new ConflictError('exists', `${subject}: the id is taken`, { cause });
      });
    });
    return this.#toStored(subject, document, etag, item);
  }

  async read<T extends Document>(
    collection: Collection<T>,
    id: string,
  ): Promise<Stored<T> | undefined> {
    const layout = this.#layout(collection);
    checkId(layout.name, id);
    for (let reads = 1; ; reads++) {
      try {
        return await this.#read<T>(layout, id);
      } catch (error) {
        if (!isBlobMissing(error) || reads === MAX_READS) throw error;
      }
    }
  }

  async #read<T extends Document>(
    layout: CosmosLayout,
    id: string,
  ): Promise<Stored<T> | undefined> {
    const subject = `${layout.name}/${id}`;
    const found = await this.#call(layout, subject, async (container, abortSignal) => {
      const response = await container.item(id, id).read<CosmosItem>({ abortSignal });
      throwUnlessMissing(response);
      return response;
    });
    if (found.resource === undefined) return undefined;
    const document = await unpackDocument<T>(found.resource, this.#blobs);
    return this.#toStored(subject, document, found.etag, found.resource);
  }

  async replace<T extends Document>(
    collection: Collection<T>,
    document: T,
    etag: string,
    options?: WriteOptions,
  ): Promise<Stored<T>> {
    const layout = this.#layout(collection);
    const { id } = document;
    const item = await toItem(layout, document, this.#blobs, { ...options, etag });
    const subject = `${layout.name}/${id}`;
    const accessCondition = { type: 'IfMatch', condition: etag };
    const response = await this.#call(layout, subject, async (container, abortSignal) => {
      const own = { ...WITHOUT_CONTENT, abortSignal, accessCondition };
      return container
        .item(id, id)
        .replace(item, own)
        .catch((cause: unknown) => {
          if (toCosmosFault(cause).code !== 412 && !isItemMissing(cause)) throw cause;
          const found = 'it has changed or is gone: read it again';
          throw new ConflictError('etag', `${subject}: ${found}`, { cause });
        });
    });
    await this.#replaced.drop(subject, etag);
    return this.#toStored(subject, document, response.etag, item);
  }

  async delete<T extends Document>(collection: Collection<T>, id: string): Promise<boolean> {
    const layout = this.#layout(collection);
    checkId(layout.name, id);
    return this.#call(layout, `${layout.name}/${id}`, async (container, abortSignal) => {
      try {
        await container.item(id, id).delete({ abortSignal });
        return true;
      } catch (error) {
        if (isItemMissing(error)) return false;
        throw error;
      }
    });
  }

  async list<T extends Document>(collection: Collection<T>, query: ListQuery): Promise<Page<T>> {
    const layout = this.#layout(collection);
    const resources = await this.#query(layout, query);
    const page = resources.slice(0, query.limit);
    const items = await this.#unpack<T>(collection, page);
    const last = page.at(-1);
    if (last === undefined || resources.length <= query.limit) return { items };
    const position = { time: String(last[layout.time]), id: last.id };
    return { items, continuation: toContinuation(layout.name, query, position) };
  }

  /** Asks the plain way where the container's index of the field is missing, or being made. */
  async #query(layout: CosmosLayout, query: ListQuery): Promise<readonly CosmosItem[]> {
    const { driven, plain } = toQuerySpecs(layout, query);
    const { resources } = await this.#call(layout, layout.name, async (container, abortSignal) => {
      const options = { abortSignal, maxItemCount: query.limit + 1 };
      const ask = (spec: SqlQuerySpec) =>
        container.items.query<CosmosItem>(spec, options).fetchAll();
      if (driven === undefined) return ask(plain);
      return ask(driven).catch((error: unknown) => {
        if (toCosmosFault(error).code !== 400) throw error;
        return ask(plain);
      });
    });
    return resources;
  }

  close(): Promise<void> {
    return this.#containers.close();
  }

  async #unpack<T extends Document>(
    collection: Collection<T>,
    page: readonly CosmosItem[],
  ): Promise<T[]> {
    const items: T[] = [];
    for (let start = 0; start < page.length; start += UNPACKED_AT_ONCE) {
      const some = page.slice(start, start + UNPACKED_AT_ONCE);
      items.push(...(await Promise.all(some.map((item) => this.#unpackOne(collection, item)))));
    }
    return items;
  }

  async #unpackOne<T extends Document>(collection: Collection<T>, item: CosmosItem): Promise<T> {
    try {
      return await unpackDocument<T>(item, this.#blobs);
    } catch (error) {
      const again = isBlobMissing(error) ? await this.read(collection, item.id) : undefined;
      if (again) return again.document;
      throw error;
    }
  }

  #toStored<T extends Document>(
    subject: string,
    document: T,
    answered: string | undefined,
    item: CosmosItem,
  ): Stored<T> {
    if (!answered) {
      throw new InvariantError(`${subject}: expected Cosmos to answer with an etag, received none`);
    }
    this.#replaced.note(subject, answered, item);
    return { document, etag: answered };
  }

  #layout<T extends Document>(collection: Collection<T>): CosmosLayout {
    let layout = this.#layouts.get(collection);
    if (layout === undefined) {
      layout = toLayout(collection);
      this.#layouts.set(collection, layout);
    }
    return layout;
  }

  async #call<R>(
    layout: CosmosLayout,
    subject: string,
    work: (container: Container, signal: AbortSignal) => Promise<R>,
  ): Promise<R> {
    const container = await this.#containers.open(layout);
    try {
      return await callCosmos((signal) => work(container, signal));
    } catch (error) {
      if (error instanceof ConflictError) throw error;
      if (toCosmosFault(error).code === 404) this.#containers.forget(layout);
      throw toStoreError(error, subject);
    }
  }
}

function isBlobMissing(error: unknown): boolean {
  return error instanceof HeddleError && error.code === 'blob_missing';
}
