/** Sent by a worker that has loaded, and that may not take requests yet. */
export interface LoadedMessage {
  readonly type: 'loaded';
}

/** Sent by an app that was asked for it by HEDDLE_REPORT_FILES: what it reads, beside its code. */
export interface ReadMessage {
  readonly type: 'read';
  /** Files, and patterns of files. */
  readonly paths: readonly string[];
  /** To which the paths are relative. */
  readonly folder: string;
}

/** Lets a worker that has loaded take requests. */
export interface ListenMessage {
  readonly type: 'listen';
}

/** Sent by a worker once it takes requests. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly port: number;
}

/** Tells a worker to stop in order, and how long it may take. */
export interface StopMessage {
  readonly type: 'stop';
  readonly patienceMs: number;
  /** True after Ctrl+C: the worker says what it waits for. */
  readonly isLast: boolean;
}
