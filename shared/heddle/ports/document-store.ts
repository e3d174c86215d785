export type IndexValue = string | number | boolean;

/** What the store keeps: a JSON object with an id of its own, unique in its collection. */
export interface Document {
  readonly id: string;
}

export interface Stored<T extends Document> {
  readonly document: T;
  /** Changes with every write. */
  readonly etag: string;
}

/** A kind of document, and what lists of it may be asked by. */
export interface Collection<T extends Document> {
  readonly name: string;
  /** Top-level fields that {@link ListQuery.where} may name. */
  readonly indexed: readonly (keyof T & string)[];
  /** The top-level field with the ISO 8601 UTC timestamp that orders lists. */
  readonly time: keyof T & string;
}

export interface ListQuery {
  /** All must be equal. */
  readonly where?: Readonly<Record<string, IndexValue>>;
  /** ISO 8601 UTC: at this time or later. */
  readonly since?: string;
  /** ISO 8601 UTC: before this time. */
  readonly until?: string;
  /** 1 to 1000. */
  readonly limit: number;
  /** From an earlier page of the same query. */
  readonly continuation?: string;
  /** The other way round: oldest first. */
  readonly isAscending?: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Present when there may be more. */
  readonly continuation?: string;
}

export interface WriteOptions {
  /** The document is gone so many seconds after this write; absent: it stays. */
  readonly ttlSeconds?: number;
}

export interface DocumentStore {
  /** @throws {ConflictError} `exists` when the id is taken */
  create<T extends Document>(
    collection: Collection<T>,
    document: T,
    options?: WriteOptions,
  ): Promise<Stored<T>>;
  read<T extends Document>(collection: Collection<T>, id: string): Promise<Stored<T> | undefined>;
  /** @throws {ConflictError} `etag` when the document has changed since, or is gone */
  replace<T extends Document>(
    collection: Collection<T>,
    document: T,
    etag: string,
    options?: WriteOptions,
  ): Promise<Stored<T>>;
  /** @returns false when there is no such document */
  delete<T extends Document>(collection: Collection<T>, id: string): Promise<boolean>;
  /**
   * Newest first, documents of the same time by id, descending; or all of it the other way round. A
   * page after a continuation never repeats or skips a document that was there all along, whatever
   * is written meanwhile.
   * @throws {RejectedError} 400 for a continuation that is not one of ours
   */
  list<T extends Document>(collection: Collection<T>, query: ListQuery): Promise<Page<T>>;
}
