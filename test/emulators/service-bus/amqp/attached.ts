/** What ends with a receiving client's link. */
export interface Attached {
  /** The client detached, or closed its session or connection in order. */
  leave(): void;
  /** The connection broke, so that what the client has locked stays locked until it expires. */
  vanish(): void;
}
