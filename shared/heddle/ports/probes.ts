/** A blob in a listing. */
export interface ListedBlob {
  readonly name: string;
  /** Changes with every write. */
  readonly etag: string;
  /** In bytes. */
  readonly size: number;
  /** ISO 8601, UTC. */
  readonly modifiedAt: string;
}

export interface BlobPage {
  /** URL of the container, without the part that signs requests. */
  readonly containerUrl: string;
  readonly blobs: readonly ListedBlob[];
}

/**
 * Reads the queues and blobs that the built-in pollers watch, through the app's own connections.
 * @throws {TerminalError} `probe_not_configured` when no connection is configured, and
 * `probe_refused` when the queue or container does not exist; {@link RetryableError} when a later
 * try may succeed
 */
export interface Probes {
  /** Approximate number of messages, hidden ones included. */
  storageQueueDepth(queue: string, signal: AbortSignal): Promise<number>;
  /** Number of messages that wait or are locked, not scheduled ones. Counting stops at `max`. */
  serviceBusDepth(
    queue: string,
    options: { readonly max: number; readonly signal: AbortSignal },
  ): Promise<number>;
  /** Blobs whose names begin with `prefix`, by pages; no snapshots, versions or deleted ones. */
  listBlobs(
    container: string,
    options: { readonly prefix: string; readonly signal: AbortSignal },
  ): AsyncIterable<BlobPage>;
}
