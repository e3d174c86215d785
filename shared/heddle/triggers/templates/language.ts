import { findNearest } from '../../domain/did-you-mean.ts';
import { DATE_FILTERS } from './date-filters.ts';
import type { Callable } from './filter.ts';
import { JSON_FILTERS } from './json-filters.ts';
import { LIST_FILTERS } from './list-filters.ts';
import { METHODS } from './methods.ts';
import { NUMBER_FILTERS } from './number-filters.ts';
import { SELECTIONS } from './selections.ts';
import { OPERATOR_TESTS, TESTS } from './tests.ts';
import { TEXT_FILTERS } from './text-filters.ts';

/**
 * The supported part of Jinja: what calls, loops or multiplies without bound is left out.
 * @see https://jinja.palletsprojects.com/en/stable/templates/
 */
export const LANGUAGE = {
  filter: toTable({
    ...{ ...TEXT_FILTERS, ...LIST_FILTERS, ...NUMBER_FILTERS },
    ...{ ...JSON_FILTERS, ...DATE_FILTERS },
  }),
  test: toTable(TESTS),
  method: toTable(METHODS),
} as const;

const OPERATORS = toTable(OPERATOR_TESTS);

function toTable(table: Readonly<Record<string, Callable>>): ReadonlyMap<string, Callable> {
  return new Map(Object.entries(table));
}

export type CallableKind = keyof typeof LANGUAGE;

/** @throws an error that names what was probably meant */
export function findCallable(kind: CallableKind, name: string): Callable {
  const found = LANGUAGE[kind].get(name);
  if (found) return found;
  const names = namesOf(kind);
  const nearest = findNearest(name, names);
  const hint = nearest === undefined ? '' : `: did you mean ${nearest}?`;
  throw new Error(`unknown ${kind} "${name}"${hint || ` (known: ${names.join(', ')})`}`);
}

/** A test as `select` and its like name it: also an operator. */
export function findNamedTest(name: string): Callable {
  return OPERATORS.get(name) ?? findCallable('test', name);
}

/** In the order of the alphabet. */
export function namesOf(kind: CallableKind): readonly string[] {
  const others = kind === 'filter' ? SELECTIONS : [];
  return [...LANGUAGE[kind].keys(), ...others].sort();
}
