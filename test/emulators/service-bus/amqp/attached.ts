/** State that ends with a receiving client's link. */
export interface Attached {
  /** The client detached, or closed its session or connection in order. */
  leave(): void;
  /** The connection broke, so the client's locks last until they expire. */
  vanish(): void;
}
