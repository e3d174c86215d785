import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { findRoundedDigits } from '../../domain/quoted-numbers.ts';
import type { NodeFault, Targets } from './yaml-aliases.ts';

/**
 * Converts a document to plain values. An alias is the very value of its anchor, so a value may be
 * in several places: nothing may change one.
 */
export class YamlValues {
  readonly faults: NodeFault[] = [];
  /** Numbers that the parser has rounded: the texts of their digits take their places. */
  readonly rounded: Scalar[] = [];
  readonly #targets: Targets;
  readonly #lineOf: (node: Node) => number;
  /** Of the nodes that have an anchor. */
  readonly #known = new Map<Node, unknown>();

  constructor(targets: Targets, lineOf: (node: Node) => number) {
    this.#targets = targets;
    this.#lineOf = lineOf;
  }

  convert(given: unknown): unknown {
    const node = resolve(given, this.#targets);
    if (!node) return null;
    if (this.#known.has(node)) return this.#known.get(node);
    const value = this.#convert(node);
    if ('anchor' in node && node.anchor !== undefined) this.#known.set(node, value);
    return value;
  }

  #convert(node: Node): unknown {
    if (isMap(node)) return this.#convertMap(node);
    if (isSeq(node)) return node.items.map((item) => this.#convertItem(item));
    return isScalar(node) ? this.#convertScalar(node) : null;
  }

  /** A list has pairs only with the tag `!!omap` of YAML 1.1. */
  #convertItem(item: unknown): unknown {
    if (!isPair(item)) return this.convert(item);
    const key = toKey(item.key, this.#targets) ?? '';
    return { [key]: this.convert(item.value) };
  }

  #convertScalar(node: Scalar): unknown {
    const value = toValue(node);
    if (!Object.is(value, node.value)) this.rounded.push(node);
    if (typeof value !== 'object' || value === null) return value;
    this.faults.push({
      node,
      message: 'expected a value of JSON: write it as a text in quotes, without a tag',
    });
    return null;
  }

  #convertMap(map: YAMLMap): Readonly<Record<string, unknown>> {
    const object = {};
    const written: Written = new Map();
    for (const pair of map.items) {
      if (isMergeKey(pair)) this.#merge(object, pair);
      else this.#addField(object, pair, written);
    }
    return object;
  }

  #addField(object: object, { key, value }: Pair, written: Written): void {
    const name = toKey(key, this.#targets);
    const node = key as Node;
    if (name === undefined) {
      this.faults.push({ node, message: NO_KEY });
      return;
    }
    if (isScalar(key)) this.#convertScalar(key);
    const id = isNull(key) ? null : name;
    const first = written.get(id);
    if (first) this.faults.push({ node, message: toTwice(name, this.#lineOf(first)) });
    else written.set(id, node);
    define(object, name, this.convert(value));
  }

  /** What is there already wins: fields before the key, and those of maps earlier in a list. */
  #merge(object: object, pair: Pair): void {
    for (const source of listMerged(pair, this.#targets)) {
      if (!isMap(source)) {
        const node = isAlias(pair.value) || !source ? (pair.key as Node) : source;
        this.faults.push({ node, message: NO_FIELDS });
        continue;
      }
      for (const [name, value] of Object.entries(this.convert(source) as object)) {
        if (!Object.hasOwn(object, name)) define(object, name, value);
      }
    }
  }
}

/** The keys of a map; null beside "", of which it becomes one. */
type Written = Map<string | null, Node>;

function isNull(key: unknown): boolean {
  return isScalar(key) && key.value === null;
}

const NO_KEY = 'expected a text for the key: put a template in quotes, such as "{{ event.id }}"';
const NO_FIELDS = '<<: expected the fields of an anchor: <<: *name, or <<: [*one, *other]';

function toTwice(name: string, line: number): string {
  return `the key "${name}" is there twice, in line ${line} first: take one out`;
}

/** The maps, or what is in their place, that a merge key brings in, the strongest first. */
export function listMerged({ value }: Pair, targets: Targets): readonly (Node | undefined)[] {
  const source = resolve(value, targets);
  if (!isSeq(source)) return [source];
  return source.items.map((item) => resolve(item, targets));
}

/** `<<` in quotes is a key like any other. The parser gives a symbol for one that merges. */
export function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}

/** The name of a field; undefined for a list or a map. */
export function toKey(key: unknown, targets: Targets): string | undefined {
  const node = resolve(key, targets);
  if (!node) return '';
  if (!isScalar(node)) return undefined;
  return node.value === null ? '' : String(toValue(node));
}

function toValue({ value, source }: Scalar): unknown {
  if (typeof value !== 'number' || source === undefined) return value;
  return findRoundedDigits(source) ?? value;
}

export function resolve(node: unknown, targets: Targets): Node | undefined {
  return isAlias(node) ? targets.get(node) : ((node ?? undefined) as Node | undefined);
}

function define(object: object, name: string, value: unknown): void {
  // An assignment to `__proto__` would not make a field.
  Object.defineProperty(object, name, {
    ...{ value, enumerable: true, writable: true, configurable: true },
  });
}
