/** Bodies above this are large: they leave a part of the memory to those that are not. */
const largeBytes = 1024 * 1024;
const shareOfLarge = 0.75;

/**
 * Counts the bytes of all bodies that are being received or worked on, and bounds them. They are held
 * before anybody knows who sent them. What has come counts, not what was announced: otherwise a few
 * slow senders could reserve everything with a header. Large bodies cannot fill the last quarter, so
 * the usual small ones still come in.
 */
export class BodyMemory {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @param length of the whole body, as far as it is known */
  hasRoom(bytes: number, length = bytes): boolean {
    const share = length > largeBytes ? shareOfLarge : 1;
    return this.#bytes + bytes <= this.#maxBytes * share;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  remove(bytes: number): void {
    this.#bytes -= bytes;
  }
}
