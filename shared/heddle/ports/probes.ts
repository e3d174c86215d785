/** A blob as a list shows it. */
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
  /** Of the container, without what signs requests. */
  readonly containerUrl: string;
  readonly blobs: readonly ListedBlob[];
}

/**
 * What the built-in pollers look at, through the connections that the app has anyway.
 * @throws {TerminalError} `probe_not_configured` when no connection is configured, and
 * `probe_refused` where there is no such thing; {@link RetryableError} where it may be seen later
 */
export interface Probes {
  /** Messages, hidden ones too; about so many. */
  storageQueueDepth(queue: string, signal: AbortSignal): Promise<number>;
  /** Messages that wait or are locked; not those scheduled for later. Stops counting at `max`. */
  serviceBusDepth(
    queue: string,
    options: { readonly max: number; readonly signal: AbortSignal },
  ): Promise<number>;
  /** Blobs whose names begin so, page by page; no snapshots, versions or deleted ones. */
  listBlobs(
    container: string,
    options: { readonly prefix: string; readonly signal: AbortSignal },
  ): AsyncIterable<BlobPage>;
}
