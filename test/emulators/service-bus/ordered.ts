/** Items in ascending order of a key; the first one is taken first. */
export class Ordered<T> {
  readonly #items: T[] = [];
  readonly #key: (item: T) => number;

  constructor(key: (item: T) => number) {
    this.#key = key;
  }

  get length(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  put(item: T): void {
    this.#items.splice(this.#after(this.#key(item)), 0, item);
  }

  take(): T | undefined {
    return this.#items.shift();
  }

  remove(item: T): void {
    const index = this.#items.indexOf(item);
    if (index >= 0) this.#items.splice(index, 1);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }

  #after(key: number): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#key(this.#items[middle] as T) <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
