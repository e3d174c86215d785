/**
 * Values of code that JSON has no form for: `JSON.stringify` would make `{}` of a Map, and nothing of
 * a function, without a word. The table of the actors' README says what becomes of each.
 */

/** A value that is not kept as it was. */
export interface ChangedValue {
  /** `items.0.at`; empty: the whole value. */
  readonly path: string;
  /** `Map` */
  readonly kind: string;
  /** What it is kept as. */
  readonly as: string;
  /** Whether something of it is lost. */
  readonly isLossy: boolean;
}

export type OnChanged = (changed: ChangedValue) => void;

/** Deeper values are left to `JSON.stringify`, which throws at about five times of it. */
const MAX_DEPTH = 1000;

interface Walk {
  readonly onChanged: OnChanged;
  /** Objects that the present one is within: a circle is left to `JSON.stringify`, which throws. */
  readonly within: Set<object>;
  readonly path: string[];
}

/** Replaces such values. The same value where there is none. */
export function toJsonValues(value: unknown, onChanged: OnChanged = () => undefined): unknown {
  return convert(value, { onChanged, within: new Set(), path: [] });
}

function convert(value: unknown, walk: Walk): unknown {
  if (typeof value === 'object' && value !== null) return convertWithin(value, walk);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return change(walk, { kind: String(value), as: 'null', isLossy: true }, null);
  }
  if (typeof value === 'bigint') {
    note(walk, { kind: 'BigInt', as: 'a number, with all its digits', isLossy: false });
  }
  if (typeof value === 'function' || typeof value === 'symbol') {
    return change(walk, { kind: `${typeof value}`, as: 'nothing', isLossy: true }, undefined);
  }
  return value;
}

function convertWithin(value: object, walk: Walk): unknown {
  if (walk.within.has(value) || walk.within.size > MAX_DEPTH) return value;
  walk.within.add(value);
  try {
    return convertObject(value, walk);
  } finally {
    walk.within.delete(value);
  }
}

function convertObject(value: object, walk: Walk): unknown {
  if (Array.isArray(value)) return convertList(value, walk);
  if (value instanceof Map) return convertMap(value, walk);
  if (value instanceof Set) {
    const list = [...value];
    return convertList(change(walk, { kind: 'Set', as: 'a list', isLossy: false }, list), walk);
  }
  if (value instanceof Date) return convertDate(value, walk);
  if (value instanceof Error) return convertError(value, walk);
  if (value instanceof RegExp) {
    return change(walk, { kind: 'RegExp', as: 'its text', isLossy: false }, String(value));
  }
  // It says itself what JSON makes of it.
  if ('toJSON' in value || JSON.isRawJSON(value)) return value;
  noteClass(value, walk);
  return convertFields(value, walk);
}

function convertMap(map: ReadonlyMap<unknown, unknown>, walk: Walk): unknown {
  const entries = [...map];
  if (entries.every(([key]) => typeof key === 'string')) {
    const object = Object.fromEntries(entries as [string, unknown][]);
    return convertFields(
      change(walk, { kind: 'Map', as: 'an object', isLossy: false }, object),
      walk,
    );
  }
  const as = 'a list of pairs, since its keys are not texts';
  return convertList(change(walk, { kind: 'Map', as, isLossy: false }, entries), walk);
}

function convertDate(date: Date, walk: Walk): unknown {
  const isValid = !Number.isNaN(date.getTime());
  if (!isValid) return change(walk, { kind: 'invalid Date', as: 'null', isLossy: true }, null);
  return change(walk, { kind: 'Date', as: 'a text in ISO 8601', isLossy: false }, date.toJSON());
}

function convertError({ name, message }: Error, walk: Walk): unknown {
  const kept = { name: String(name), message: String(message) };
  return change(walk, { kind: 'Error', as: 'its name and message', isLossy: true }, kept);
}

/** Its own fields are kept, its methods and private fields are not. */
function noteClass(value: object, walk: Walk): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return;
  const kind = value.constructor?.name || 'object of a class';
  const isLossy = Object.keys(value).length === 0;
  note(walk, { kind, as: isLossy ? 'an empty object' : 'its own fields', isLossy });
}

function convertList(list: readonly unknown[], walk: Walk): readonly unknown[] {
  let converted: unknown[] | undefined;
  list.forEach((item, index) => {
    const kept = convertAt(String(index), item, walk);
    if (kept === item) return;
    converted ??= [...list];
    converted[index] = kept;
  });
  return converted ?? list;
}

function convertFields(object: object, walk: Walk): object {
  const entries = Object.entries(object);
  const kept = entries.map(([key, item]) => [key, convertAt(key, item, walk)] as const);
  const isSame = kept.every(([, item], index) => item === entries[index]?.[1]);
  return isSame ? object : Object.fromEntries(kept);
}

function convertAt(key: string, value: unknown, walk: Walk): unknown {
  walk.path.push(key);
  const kept = convert(value, walk);
  walk.path.pop();
  return kept;
}

function note(walk: Walk, about: Omit<ChangedValue, 'path'>): void {
  walk.onChanged({ path: walk.path.join('.'), ...about });
}

function change<T>(walk: Walk, about: Omit<ChangedValue, 'path'>, kept: T): T {
  note(walk, about);
  return kept;
}

/** Kinds of values that are told of one output. */
const MAX_KINDS = 10;
const MAX_PATH_CHARS = 100;

/** Collects what was changed, for one line of each kind. */
export class ChangedValues {
  readonly #kinds = new Map<string, { readonly first: ChangedValue; count: number }>();

  readonly note = (changed: ChangedValue): void => {
    const key = `${changed.kind} ${changed.as}`;
    const known = this.#kinds.get(key);
    if (known) known.count++;
    else if (this.#kinds.size < MAX_KINDS) this.#kinds.set(key, { first: changed, count: 1 });
  };

  /** @param what the value that they are in: `output` */
  toLines(what: string): readonly { readonly text: string; readonly isLossy: boolean }[] {
    return [...this.#kinds.values()].map(({ first, count }) => {
      const place = [what, first.path].filter(Boolean).join('.').slice(0, MAX_PATH_CHARS);
      const more = count === 1 ? '' : ` and ${count - 1} more`;
      return {
        text: `${place} (${first.kind})${more}: kept as ${first.as}`,
        isLossy: first.isLossy,
      };
    });
  }
}
