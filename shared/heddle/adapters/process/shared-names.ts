const SLOTS = 256;
const SLOT_BYTES = 256;
/** The first bytes of a slot hold the length of its text; 0: it is free. */
const LENGTH_BYTES = 2;

/**
 * Names of the works in progress, in memory that a thread can read while this one is blocked. A message
 * to the thread for each work cost more processor time than most of what an event needs.
 */
export class SharedNames {
  readonly buffer = new SharedArrayBuffer(SLOTS * SLOT_BYTES);
  readonly #bytes = Buffer.from(this.buffer);
  readonly #slots = new Map<number, number>();
  readonly #free = Array.from({ length: SLOTS }, (_, slot) => SLOTS - 1 - slot);

  /** A text that is too long is cut. Where there is no free slot, the work has no name. */
  add(id: number, text: string): void {
    const slot = this.#free.pop();
    if (slot === undefined) return;
    this.#slots.set(id, slot);
    const start = slot * SLOT_BYTES;
    const length = this.#bytes.write(text, start + LENGTH_BYTES, SLOT_BYTES - LENGTH_BYTES);
    this.#bytes.writeUInt16LE(length, start);
  }

  remove(id: number): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    this.#slots.delete(id);
    this.#bytes.writeUInt16LE(0, slot * SLOT_BYTES);
    this.#free.push(slot);
  }
}

/** The function of the watching thread that reads the names, as text. */
export const READ_NAMES = `
const readNames = (buffer) => {
  const bytes = Buffer.from(buffer);
  const names = [];
  for (let at = 0; at < bytes.length; at += ${SLOT_BYTES}) {
    const length = bytes.readUInt16LE(at);
    const start = at + ${LENGTH_BYTES};
    if (length > 0) names.push(bytes.toString('utf8', start, start + length));
  }
  return names;
};`;
