import { type Document, isAlias, isCollection, isPair, isScalar, type Node } from 'yaml';

/**
 * The bounds of a file whose aliases are written out. They are about what a file says, not about how
 * often it uses an anchor: a thousand triggers may share one `retry: *r`.
 */
const MAX_ADDED = { values: 1_000_000, characters: 10_000_000 };
/** As deep as the body of an event may be. */
const MAX_LEVELS = 200;

/** The node that each alias stands for. */
export type Targets = ReadonlyMap<Node, Node>;

/** A fault of a node of the document. */
export interface NodeFault {
  readonly node: Node;
  readonly message: string;
}

/** A value with its aliases written out. */
interface Size {
  readonly values: number;
  readonly characters: number;
  readonly levels: number;
}

export function resolveAliases({ contents }: Pick<Document.Parsed, 'contents'>): {
  readonly targets: Targets;
  readonly faults: readonly NodeFault[];
} {
  const resolver = new AliasResolver();
  resolver.measure(contents, 0);
  return resolver;
}

/**
 * Walks a document once, in its own order: an anchor is before its aliases, so the size of each alias
 * is known when it is met, and nothing is written out.
 */
class AliasResolver {
  readonly targets = new Map<Node, Node>();
  readonly faults: NodeFault[] = [];
  readonly #anchors = new Map<string, Node>();
  readonly #sizes = new Map<Node, Size>();
  #added = { values: 0, characters: 0 };
  #isTooLarge = false;

  /** @param depth levels around the node */
  measure(node: unknown, depth: number): Size {
    if (isAlias(node)) return this.#measureAlias(node, depth);
    if (isScalar(node)) return this.#keep(node, () => toScalarSize(node));
    if (isCollection(node)) {
      if (depth < MAX_LEVELS) return this.#keep(node, () => this.#measureAll(node.items, depth));
      this.faults.push({ node, message: TOO_DEEP });
    }
    return NOTHING;
  }

  #measureAll(items: readonly unknown[], depth: number): Size {
    let { values, characters, levels } = { ...NOTHING, values: 1 };
    for (const item of items.flatMap(toNodes)) {
      const size = this.measure(item, depth + 1);
      values += size.values;
      characters += size.characters;
      levels = Math.max(levels, size.levels);
    }
    return { values, characters, levels: levels + 1 };
  }

  #keep(node: Node & { readonly anchor?: string }, measure: () => Size): Size {
    if (node.anchor === undefined) return measure();
    this.#anchors.set(node.anchor, node);
    const size = measure();
    this.#sizes.set(node, size);
    return size;
  }

  #measureAlias(alias: Node & { readonly source: string }, depth: number): Size {
    const target = this.#anchors.get(alias.source);
    const size = target && this.#sizes.get(target);
    if (!target || !size) {
      this.faults.push({ node: alias, message: target ? toKnot(alias) : toLoose(alias) });
      return NOTHING;
    }
    this.targets.set(alias, target);
    if (depth + size.levels > MAX_LEVELS) this.faults.push({ node: alias, message: TOO_DEEP });
    else this.#add(alias, size);
    return size;
  }

  /** Only the first alias beyond the bounds is a fault: those after it would be so too. */
  #add(alias: Node & { readonly source: string }, size: Size): void {
    if (this.#isTooLarge) return;
    const values = this.#added.values + size.values;
    const characters = this.#added.characters + size.characters;
    this.#added = { values, characters };
    this.#isTooLarge = values > MAX_ADDED.values || characters > MAX_ADDED.characters;
    if (this.#isTooLarge) this.faults.push({ node: alias, message: toTooLarge(alias) });
  }
}

function toNodes(item: unknown): readonly unknown[] {
  return isPair(item) ? [item.key, item.value] : [item];
}

const NOTHING: Size = { values: 0, characters: 0, levels: 0 };

function toScalarSize({ value }: { readonly value: unknown }): Size {
  return { values: 1, characters: typeof value === 'string' ? value.length : 1, levels: 0 };
}

export const TOO_DEEP = `expected at most ${MAX_LEVELS} levels of nesting`;

function toLoose({ source }: { readonly source: string }): string {
  const isText = !/^[\w-]+$/.test(source);
  const hint = isText ? ': put a text that begins with * in quotes' : '';
  return `*${source} has no anchor &${source} before it${hint}`;
}

function toKnot({ source }: { readonly source: string }): string {
  return `*${source} is within &${source} itself, which would have no end: it may refer to what is complete before it`;
}

function toTooLarge({ source }: { readonly source: string }): string {
  const { values, characters } = MAX_ADDED;
  return `*${source} makes the file too large: written out, its aliases may have ${values} values and ${characters} characters at most`;
}
