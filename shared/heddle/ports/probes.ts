export interface DepthOptions {
  /** Counting stops here where messages have to be read to be counted. */
  readonly max: number;
  readonly signal: AbortSignal;
}

/** Counts the messages in queues of one technology. */
export interface DepthProbe {
  depth(queue: string, options: DepthOptions): Promise<number>;
}

/** A technology whose queues poller `queue-depth` can watch. */
export interface DepthTarget {
  /** The connector, as {@link Probes.depth} takes it. */
  readonly connector: string;
  /** The technology's name, for errors. */
  readonly title: string;
  /** The poller's option that names a queue. */
  readonly option: string;
  /** The option as errors name it, where its name alone does not tell. Absent: the option. */
  readonly label?: string;
  /** Names of queues. */
  readonly pattern: RegExp;
  /** Names of queues in words, which complete an error: `the name of a queue`. */
  readonly expected: string;
  /** Precedes a queue's name in the stored state of the poller: never change it. */
  readonly stateKey: string;
  /** Messages are counted by reading them, fewer than this. Absent: the service knows the count. */
  readonly maxCounted?: number;
}

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
  /**
   * Counts the messages in a queue, as its technology counts them.
   * @param connector the kind of a connector with a depth, such as `storage-queue`
   */
  depth(connector: string, queue: string, options: DepthOptions): Promise<number>;
  /** Blobs whose names begin with `prefix`, by pages; no snapshots, versions or deleted ones. */
  listBlobs(
    container: string,
    options: { readonly prefix: string; readonly signal: AbortSignal },
  ): AsyncIterable<BlobPage>;
}
