import ts from 'typescript';

const NOTHING = ts.TypeFlags.Null | ts.TypeFlags.Undefined;
const KINDS: readonly (readonly [flags: ts.TypeFlags, suffix: string])[] = [
  [ts.TypeFlags.StringLike, ''],
  [ts.TypeFlags.NumberLike, ':n'],
  [ts.TypeFlags.BooleanLike, ':b'],
];

/** Writes types as notations of shapes. Each interface is written once, under its name. */
export class ShapeWriter {
  readonly types: Record<string, string> = {};
  readonly #checker: ts.TypeChecker;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** The fields of all variants: `action number:n sender:User`. */
  writeFields(variants: readonly ts.Type[]): string {
    const fields = new Map<string, ts.Type[]>();
    const parts = variants.flatMap(toParts);
    for (const part of parts) {
      for (const field of part.getProperties()) {
        const type = this.#checker.getTypeOfSymbol(field);
        fields.set(field.name, [...(fields.get(field.name) ?? []), type]);
      }
    }
    const isOpen = parts.some((part) => part.getStringIndexType() !== undefined);
    const written = [...fields].map(([name, types]) => `${name}${this.#writeKind(types)}`);
    return [...written, ...(isOpen ? ['*'] : [])].join(' ');
  }

  #writeKind(given: readonly ts.Type[]): string {
    const types = given.flatMap(toParts).filter(({ flags }) => !(flags & NOTHING));
    if (types.length === 0) return ':?';
    const kind = KINDS.find(([flags]) => types.every((type) => type.flags & flags));
    if (kind) return kind[1];
    if (types.every((type) => this.#checker.isArrayType(type))) {
      const items = types.flatMap((type) =>
        this.#checker.getTypeArguments(type as ts.TypeReference),
      );
      return `:[${this.#writeKind(items).slice(1)}]`;
    }
    const isObject = types.every(
      (type) => type.flags & ts.TypeFlags.Object && !this.#checker.isArrayType(type),
    );
    return isObject ? `:${this.#writeObject(types)}` : ':?';
  }

  #writeObject(types: readonly ts.Type[]): string {
    const named = types.filter(isNamed);
    const names = new Set(named.map(({ symbol }) => symbol.name));
    const [first] = named;
    const fields = this.writeFields(types);
    if (!first || names.size > 1) return `{${fields}}`;
    const own = new Set(first.getProperties().map(({ name }) => name));
    const isWhole = types.every((type) => type.getProperties().every(({ name }) => own.has(name)));
    return isWhole ? this.#writeNamed(first) : `{${fields}}`;
  }

  #writeNamed(type: ts.Type): string {
    const { name } = type.symbol;
    if (!Object.hasOwn(this.types, name)) {
      this.types[name] = '';
      this.types[name] = this.writeFields([type]);
    }
    return name;
  }
}

function toParts(type: ts.Type): readonly ts.Type[] {
  return type.isUnionOrIntersection() ? type.types.flatMap(toParts) : [type];
}

function isNamed({ symbol }: ts.Type): boolean {
  return Boolean(symbol && symbol.flags & ts.SymbolFlags.Interface);
}
