import fc from 'fast-check';
import type { Json, JsonObject } from '../../shared/heddle/domain/json.ts';

/** Random payloads, and valid conditions of every kind over them. */

export const PROTOTYPE_NAMES = [
  ...['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty'],
];

const name = fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c', '', '.', ...PROTOTYPE_NAMES);
export const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
/** Operator names are ordinary names in a payload; conditions reach them by a dot. */
const operatorName = fc.constantFrom('gt', 'in', 'not', 'all', 'pattern', 'size', 'some', 'before');

export const scalar: fc.Arbitrary<Json> = fc.constantFrom<Json[]>(
  ...[0, -0, 1, 2.5, '', '1', 'ab', 'AB', 'abc', 'cab', 'b', true, false, null],
  ...[1_767_225_600, '2026-01-01', '2026-01-01T01:00:00+02:00'],
);
const date = fc.constantFrom('2026-01-01', '2025-12-31T23:30:00Z', '2026-01-01T00:00:00-01:00');

export const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    toObject(fc.oneof(name, path), tie('json')),
  ),
}));
export const object = toObject(fc.oneof(name, name, path, operatorName), json);

const PATTERNS = ['a', 'a.*', '.*b$', 'b|ab', '[^a]', '(a|b)+c', '\\d', 'true', '', 'x?$'];
const pattern = fc.constantFrom(...PATTERNS);

/** Tests of one value. */
export const tests: fc.Arbitrary<JsonObject> = fc.letrec<{ tests: JsonObject }>((tie) => ({
  tests: fc
    .array(
      fc.oneof(
        { maxDepth: 2 },
        fc.tuple(fc.constantFrom('eq', 'ne', 'contains'), json),
        fc.tuple(
          fc.constantFrom('gt', 'gte', 'lt', 'lte'),
          fc.constantFrom<Json[]>(0, 1, 'ab', ''),
        ),
        fc.tuple(fc.constantFrom('in', 'notIn'), fc.array(json, { maxLength: 3 })),
        fc.tuple(fc.constant('exists'), fc.boolean()),
        fc.tuple(fc.constantFrom('startsWith', 'endsWith'), fc.constantFrom('', 'a', 'b', 'ab')),
        fc.tuple(fc.constant('pattern'), pattern),
        fc.tuple(fc.constant('ignoreCase'), fc.boolean()),
        fc.tuple(fc.constantFrom('before', 'after'), date),
        fc.tuple(fc.constant('size'), fc.oneof(fc.constantFrom<Json[]>(0, 1, 2), tie('tests'))),
        fc.tuple(
          fc.constantFrom('some', 'every', 'none'),
          fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), tie('tests'), tie('tests')),
        ),
        fc.tuple(fc.constant('not'), tie('tests')),
        fc.tuple(
          fc.constantFrom('all', 'any'),
          fc.array(tie('tests'), { minLength: 1, maxLength: 2 }),
        ),
      ),
      { minLength: 1, maxLength: 2 },
    )
    .map((entries): JsonObject => Object.fromEntries(entries as [string, Json][]))
    // Alone it tests nothing.
    .map((entries) => (Object.keys(entries).join() === 'ignoreCase' ? { exists: true } : entries)),
})).tests;

/** Expressions by their text, with their meaning for a payload. */
export const EXPRESSIONS: Readonly<Record<string, (value: JsonObject) => boolean>> = {
  true: () => true,
  false: () => false,
  "event.a == 'ab'": ({ a }) => a === 'ab',
  'event.b is defined': (value) => Object.hasOwn(value, 'b'),
  "{{ 'yes' if event.c is none else 'no' }}": ({ c }) => c === null,
};

const key = fc.oneof(
  name,
  path,
  fc.tuple(path, operatorName).map(([at, last]) => `${at}.${last}`),
);

/** Conditions of an item: no expression, which reads the event. */
const itemConditions: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(name, fc.oneof(scalar, tests)), { maxLength: 2 })
  .map((entries): JsonObject => Object.fromEntries(entries));

export const conditions: fc.Arbitrary<JsonObject> = fc.letrec<{ conditions: JsonObject }>(
  (tie) => ({
    conditions: fc
      .array(
        fc.oneof(
          { maxDepth: 3 },
          fc.tuple(key, fc.oneof(scalar, fc.array(json, { maxLength: 3 }))),
          fc.tuple(fc.oneof(key, fc.constantFrom('all', 'any', 'expression', 'a_pattern')), tests),
          fc.tuple(
            key.map((field) => `${field}_pattern`),
            pattern,
          ),
          fc.tuple(fc.constant('expression'), fc.constantFrom(...Object.keys(EXPRESSIONS))),
          fc.tuple(key, tie('conditions')),
          fc.tuple(
            key,
            fc.tuple(fc.constantFrom('some', 'every', 'none'), itemConditions).map(([word, of]) => {
              return { [word]: of };
            }),
          ),
          fc.tuple(fc.constant('not'), tie('conditions')),
          fc.tuple(
            fc.constantFrom('all', 'any'),
            fc.array(tie('conditions'), { minLength: 1, maxLength: 2 }),
          ),
        ),
        { maxLength: 3 },
      )
      .map((entries): JsonObject => Object.fromEntries(entries as [string, Json][])),
  }),
).conditions;

function toObject(names: fc.Arbitrary<string>, values: fc.Arbitrary<Json>) {
  return fc
    .array(fc.tuple(names, values), { maxLength: 4 })
    .map((entries): JsonObject => Object.fromEntries(entries));
}
