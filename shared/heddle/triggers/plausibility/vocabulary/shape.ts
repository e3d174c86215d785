/** What is known of a value that a sender sends. */
export type Shape =
  | { readonly kind: 'text' | 'number' | 'boolean' | 'any' }
  | { readonly kind: 'list'; readonly item: Shape }
  | ObjectShape;

export interface ObjectShape {
  readonly kind: 'object';
  /** Parsed at its first use: types refer to each other. */
  readonly fields: ReadonlyMap<string, Shape>;
  /** True: there may be others. */
  readonly isOpen: boolean;
}

const KINDS = { n: 'number', b: 'boolean', '?': 'any', '': 'text' } as const;

/**
 * Reads shapes in a short notation: fields apart by spaces, each with what it is after a colon: nothing
 * for a text, `n` a number, `b` a boolean, `?` anything, `[…]` a list, `{…}` an object, or the name of
 * a type. `*` says that there may be others: `action number:n labels:[{name}] sender:User client:{*}`.
 */
export class ShapeReader {
  readonly #types: Readonly<Record<string, string>>;
  readonly #named = new Map<string, ObjectShape>();

  /** @param types notations of the named types */
  constructor(types: Readonly<Record<string, string>> = {}) {
    this.#types = types;
  }

  /** @param notation the fields of an object, without braces */
  read(notation: string): ObjectShape {
    const words = split(notation);
    let fields: ReadonlyMap<string, Shape> | undefined;
    const readFields = () =>
      new Map(words.filter((word) => word !== '*').map((word) => this.#readField(word)));
    return {
      kind: 'object',
      isOpen: words.includes('*'),
      get fields() {
        fields ??= readFields();
        return fields;
      },
    };
  }

  #readField(word: string): readonly [string, Shape] {
    const colon = word.indexOf(':');
    if (colon < 0) return [word, { kind: 'text' }];
    return [word.slice(0, colon), this.#readKind(word.slice(colon + 1))];
  }

  #readKind(text: string): Shape {
    if (text.startsWith('[')) return { kind: 'list', item: this.#readKind(text.slice(1, -1)) };
    if (text.startsWith('{')) return this.read(text.slice(1, -1));
    if (Object.hasOwn(KINDS, text)) return { kind: KINDS[text as keyof typeof KINDS] };
    const known = this.#named.get(text);
    if (known) return known;
    const named = this.read(this.#types[text] ?? '*');
    this.#named.set(text, named);
    return named;
  }
}

/** Splits at the spaces that are in no brackets. */
function split(notation: string): readonly string[] {
  const words: string[] = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at <= notation.length; at++) {
    const char = notation[at];
    if (char === '{' || char === '[') depth += 1;
    if (char === '}' || char === ']') depth -= 1;
    if (depth > 0 || (char !== ' ' && char !== undefined)) continue;
    if (at > from) words.push(notation.slice(from, at));
    from = at + 1;
  }
  return words;
}
