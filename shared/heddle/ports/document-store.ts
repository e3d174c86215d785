export type IndexValue = string | number | boolean;

/** A stored JSON object with an id that is unique in its collection. */
export interface Document {
  readonly id: string;
}

export interface Stored<T extends Document> {
  readonly document: T;
  /** Changes with every write. */
  readonly etag: string;
}

/** A kind of document, with the fields that its lists can be filtered by. */
export interface Collection<T extends Document> {
  readonly name: string;
  /**
   * Top-level fields that {@link ListQuery.where} may name, the most selective first: with several
   * filters, the store begins with the first of these.
   */
  readonly indexed: readonly (keyof T & string)[];
  /** The top-level field with the ISO 8601 UTC timestamp by which lists are ordered. */
  readonly time: keyof T & string;
}

export interface ListQuery {
  /** All fields must be equal. */
  readonly where?: Readonly<Record<string, IndexValue>>;
  /** ISO 8601 UTC, inclusive. */
  readonly since?: string;
  /** ISO 8601 UTC, exclusive. */
  readonly until?: string;
  /** 1 to 1000. */
  readonly limit: number;
  /** Token from an earlier page of the same query. */
  readonly continuation?: string;
  /** Reverses the order: oldest first. */
  readonly isAscending?: boolean;
}

export interface Page<T> {
  /**
   * Fewer than the limit, even none, where the page ended early: {@link Page.continuation} leads on.
   */
  readonly items: readonly T[];
  /** Present when there may be more. */
  readonly continuation?: string;
  /**
   * Present when the page ended early because many documents were looked at in vain: how many were
   * looked at. Without it, the page ended early because its documents are large.
   */
  readonly looked?: number;
}

export interface WriteOptions {
  /** Seconds after this write at which the document expires; absent: it stays. */
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
  /** @returns false when the document does not exist */
  delete<T extends Document>(collection: Collection<T>, id: string): Promise<boolean>;
  /**
   * Newest first, and descending by id for the same time; or all of it reversed. A page after a
   * continuation never repeats or skips a document that existed all along, whatever is written
   * meanwhile. A page ends early after a bounded amount of work; then others get a turn.
   * @throws {RejectedError} 400 for a continuation that this store did not issue
   */
  list<T extends Document>(collection: Collection<T>, query: ListQuery): Promise<Page<T>>;
}
