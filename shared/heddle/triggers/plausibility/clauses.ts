import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { isTests } from '../conditions/index.ts';
import type { Path } from './doubt.ts';

/** A key of conditions, as it is read. */
export interface Clause {
  readonly path: Path;
  readonly key: string;
  readonly value: Json;
  readonly part: 'conditions' | 'filter';
  /** Names that lead to its value in the event; those of the conditions around it for a word of logic. */
  readonly field: readonly string[];
  /**
   * `nested`: an object of further conditions. `logic`: `all`, `any`, `not`. `tests`: of one value,
   * with operators.
   */
  readonly form: 'value' | 'list' | 'tests' | 'pattern' | 'nested' | 'logic' | 'expression';
  /** The clauses that must be met together have the same. */
  readonly group: string;
  /** Under a word that asks for items or their number, this word. */
  readonly asked?: string;
  /** `ignoreCase: true` is beside or above it. */
  readonly ignoresCase?: boolean;
}

const LOGIC: readonly string[] = ['all', 'any', 'not'];
const SUFFIX = '_pattern';
/** Deeper conditions are refused. */
const MAX_DEPTH = 50;

/** Reads the keys of a trigger's conditions, as the conditions are compiled. */
export function readClauses({ conditions, filter }: Pick<Trigger, 'conditions' | 'filter'>) {
  return [
    ...readAll(conditions, { part: 'conditions', path: ['conditions'], field: [], group: 'c' }),
    ...(isJsonObject(filter)
      ? readAll(filter, { part: 'filter', path: ['filter'], field: [], group: 'f' })
      : []),
  ];
}

type Place = Pick<Clause, 'part' | 'path' | 'field' | 'group' | 'ignoresCase'>;

function readAll(written: JsonObject, place: Place): readonly Clause[] {
  if (place.path.length > MAX_DEPTH) return [];
  return Object.entries(written).flatMap(([key, value]) => readKey(key, value, place));
}

function readKey(key: string, value: Json, place: Place): readonly Clause[] {
  const path = [...place.path, key];
  const own = { ...place, path, key, value };
  const field = [...place.field, ...key.split('.')];
  if (isTests(value) && key !== 'not') {
    return [{ ...own, field, form: 'tests' }, ...readAsked(value, { ...place, path, field })];
  }
  if (LOGIC.includes(key)) {
    return [{ ...own, field: place.field, form: 'logic' }, ...readLogic(own, place)];
  }
  if (key === 'expression') return [{ ...own, field: place.field, form: 'expression' }];
  if (key.endsWith(SUFFIX) && key !== SUFFIX) {
    const name = key.slice(0, -SUFFIX.length);
    return [{ ...own, field: [...place.field, ...name.split('.')], form: 'pattern' }];
  }
  if (isJsonObject(value)) {
    return [{ ...own, field, form: 'nested' }, ...readAll(value, { ...place, path, field })];
  }
  return [{ ...own, field, form: Array.isArray(value) ? 'list' : 'value' }];
}

function readLogic({ key, value, path }: Pick<Clause, 'key' | 'value' | 'path'>, place: Place) {
  const items = Array.isArray(value) ? value : [value];
  return items.filter(isJsonObject).flatMap((item, index) =>
    readAll(item, {
      ...place,
      path: Array.isArray(value) ? [...path, index] : path,
      group: key === 'all' ? place.group : `${place.group}/${path.join('.')}.${index}`,
    }),
  );
}

/** What the words for lists ask of items, wherever they stand in the tests of a value. */
function readAsked(tests: Json, place: Place): readonly Clause[] {
  if (!isJsonObject(tests) || place.path.length > MAX_DEPTH) return [];
  const around = { ...place, ignoresCase: toIgnoresCase(tests, place.ignoresCase) };
  return Object.entries(tests).flatMap(([key, value]) => {
    const path = [...place.path, key];
    if (ITEM_WORDS.includes(key)) return readItem(key, value, { ...around, path });
    if (!LOGIC.includes(key)) return [];
    const items = Array.isArray(value) ? value.entries() : [[undefined, value] as const];
    return [...items].flatMap(([index, item]) =>
      readAsked(item, { ...around, path: index === undefined ? path : [...path, index] }),
    );
  });
}

const ITEM_WORDS: readonly string[] = ['some', 'every', 'none', 'size'];

/** An item is reached by an index; a size is no value of the event. */
function readItem(word: string, value: Json, place: Place): readonly Clause[] {
  const field = [...place.field, word === 'size' ? word : '0'];
  const group = `${place.group}/${place.path.join('.')}`;
  const own = { ...place, key: word, value, field, group, asked: word };
  if (isTests(value)) {
    return [{ ...own, form: 'tests' }, ...readAsked(value, { ...place, field, group })];
  }
  if (!isJsonObject(value)) return [{ ...own, form: Array.isArray(value) ? 'list' : 'value' }];
  return [{ ...own, form: 'nested' }, ...readAll(value, { ...place, field, group })];
}

export function toIgnoresCase(tests: JsonObject, around = false): boolean {
  return typeof tests.ignoreCase === 'boolean' ? tests.ignoreCase : around;
}
