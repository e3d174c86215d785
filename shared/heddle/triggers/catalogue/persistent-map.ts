type Leaf<V> = ReadonlyMap<string, V>;
type Branch<V> = readonly (Node<V> | undefined)[];
type Node<V> = Leaf<V> | Branch<V>;

/** A leaf with more entries becomes a branch. */
const MAX_LEAF = 8;
const BITS = 5;
const WIDTH = 2 ** BITS;
/** Keys whose 32 bits are equal share a leaf, however many they are. */
const MAX_DEPTH = Math.floor(32 / BITS);

/**
 * An immutable map. A changed copy shares everything but the way to its changed entry, so a change
 * takes as long in a large map as in a small one. Values come in no particular order.
 */
export class PersistentMap<V> {
  readonly size: number;
  readonly #root: Node<V>;

  constructor(size = 0, root: Node<V> = new Map<string, V>()) {
    this.size = size;
    this.#root = root;
  }

  get(key: string): V | undefined {
    const hash = toHash(key);
    let node: Node<V> | undefined = this.#root;
    for (let depth = 0; isBranch(node); depth++) node = node[toSlot(hash, depth)];
    return node?.get(key);
  }

  with(key: string, value: V): PersistentMap<V> {
    const size = this.get(key) === undefined ? this.size + 1 : this.size;
    return new PersistentMap(size, put(this.#root, key, value, 0));
  }

  without(key: string): PersistentMap<V> {
    if (this.get(key) === undefined) return this;
    return new PersistentMap(this.size - 1, take(this.#root, key, 0));
  }

  values(): Generator<V> {
    return list(this.#root);
  }
}

function isBranch<V>(node: Node<V> | undefined): node is Branch<V> {
  return Array.isArray(node);
}

function put<V>(node: Node<V> | undefined, key: string, value: V, depth: number): Node<V> {
  if (isBranch(node)) {
    const slot = toSlot(toHash(key), depth);
    return node.with(slot, put(node[slot], key, value, depth + 1));
  }
  const leaf = new Map(node).set(key, value);
  return leaf.size > MAX_LEAF && depth < MAX_DEPTH ? split(leaf, depth) : leaf;
}

function split<V>(leaf: Leaf<V>, depth: number): Node<V> {
  let branch: Node<V> = new Array<undefined>(WIDTH).fill(undefined);
  for (const [key, value] of leaf) branch = put(branch, key, value, depth);
  return branch;
}

/** The key must be there. Removes a branch with its last entry, but the root. */
function take<V>(node: Node<V>, key: string, depth: number): Node<V> {
  if (!isBranch(node)) {
    const leaf = new Map(node);
    leaf.delete(key);
    return leaf;
  }
  const slot = toSlot(toHash(key), depth);
  const child = node[slot];
  const left = child && take(child, key, depth + 1);
  const changed = node.with(slot, left && isEmpty(left) ? undefined : left);
  return changed.every((one) => one === undefined) ? new Map<string, V>() : changed;
}

function isEmpty(node: Node<unknown>): boolean {
  return !isBranch(node) && node.size === 0;
}

function* list<V>(node: Node<V> | undefined): Generator<V> {
  if (!isBranch(node)) return yield* node?.values() ?? [];
  for (const child of node) if (child) yield* list(child);
}

function toSlot(hash: number, depth: number): number {
  return (hash >>> (depth * BITS)) % WIDTH;
}

/** FNV-1a. */
function toHash(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
