/** Sent by a worker once it takes requests. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly port: number;
}

/** Tells a worker to stop in order, and how long it may take. */
export interface StopMessage {
  readonly type: 'stop';
  readonly patienceMs: number;
}
