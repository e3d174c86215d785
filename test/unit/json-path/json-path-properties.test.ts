import fc from 'fast-check';
import { query } from 'json-p3';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../shared/heddle/domain/json.ts';
import { findPathFault, followPath } from '../../../shared/heddle/triggers/json-path/json-path.ts';
import { Work } from '../../../shared/heddle/triggers/json-path/json-path-work.ts';

const follow = (path: string, document: Json) => followPath(path, document, new Work());

function toDocuments(name: fc.Arbitrary<string>): fc.Arbitrary<Json> {
  const { document } = fc.letrec<{ document: Json }>((tie) => ({
    document: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constantFrom<Json>(0, 1, -1.5, 'a', 'b', '', true, null),
      fc.array(tie('document'), { maxLength: 4 }),
      fc
        .array(fc.tuple(name, tie('document')), { maxLength: 4 })
        .map((entries): Json => Object.fromEntries(entries)),
    ),
  }));
  return document;
}

const name = fc.constantFrom('a', 'b', 'c');
/**
 * Names for which the library is no oracle: it takes an object with them for equal to one without.
 */
const oddName = fc.constantFrom('a', 'constructor', '__proto__', 'length');
const document = toDocuments(name);

const index = fc.integer({ min: -5, max: 5 });
const part = fc.oneof(name, index);
const bound = fc.option(index, { nil: '' });
const literal = fc.constantFrom('0', '1', '-1.5', "'a'", "''", 'true', 'null');

const singular = fc
  .array(part, { maxLength: 3 })
  .map((parts) => parts.map((one) => `[${JSON.stringify(one)}]`).join(''));
const operand = fc.oneof(
  singular.map((way) => `@${way}`),
  literal,
  singular.map((way) => `value(@${way})`),
);
const comparison = fc
  .tuple(operand, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), operand)
  .map((parts) => parts.join(' '));
const clause = fc.oneof(
  comparison,
  comparison.map((text) => `!(${text})`),
  singular.map((way) => `@${way}`),
  singular.map((way) => `!@${way}`),
);
const filter = fc
  .tuple(clause, fc.constantFrom('&&', '||'), clause, fc.constantFrom('&&', '||'), clause)
  .map((parts) => `?${parts.join(' ')}`);
const selector = fc.oneof(
  part.map((one) => JSON.stringify(one)),
  fc.constant('*'),
  fc.tuple(bound, bound, bound).map((bounds) => bounds.join(':')),
  filter,
);
const segment = fc
  .array(selector, { minLength: 1, maxLength: 3 })
  .map((selectors) => `[${selectors.join(',')}]`);
const path = fc
  .tuple(
    fc.array(segment, { maxLength: 2 }),
    fc.option(
      segment.map((text) => `..${text}`),
      { nil: '' },
    ),
    fc.array(segment, { maxLength: 2 }),
  )
  .map(([before, descending, after]) => `$${before.join('')}${descending}${after.join('')}`);

describe('a path, whatever path and document', () => {
  it('finds what the library finds that parses it', () => {
    fc.assert(
      fc.property(path, document, (text, value) => {
        fc.pre(findPathFault(text) === undefined);
        const found = follow(text, value);
        const expected = query(text, value as never).values();
        const isOne = /^\$(?:\["?[\w-]+"?\])*$/.test(text);
        expect(isOne ? [found].filter((one) => one !== undefined) : found).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('of names and indexes alone finds what walking finds, in either form', () => {
    const oddPart = fc.oneof(oddName, index);
    const step = (value: Json | undefined, key: string | number): Json | undefined => {
      if (typeof value !== 'object' || value === null) return undefined;
      if (Array.isArray(value)) {
        if (typeof key === 'string') return undefined;
        return key < 0 ? value[value.length + key] : value[key];
      }
      const entry = Object.entries(value).find(([own]) => own === key);
      return entry?.[1];
    };
    fc.assert(
      fc.property(fc.array(oddPart, { maxLength: 5 }), toDocuments(oddName), (parts, value) => {
        const expected = parts.reduce<Json | undefined>(step, value);
        const long = `$${parts.map((one) => `[${JSON.stringify(one)}]`).join('')}`;
        expect(follow(long, value)).toEqual(expected);
        const dotted = parts.map((one) => (Number(one) < 0 ? `[${one}]` : `.${one}`));
        expect(follow(`$${dotted.join('')}`, value)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('has a fault or none, and is followed or not, without another kind of error', () => {
    const piece = fc.constantFrom(
      ...['$', '@', '.', '..', '[', ']', '?', '(', ')', '*', ',', ':', '-', '0', '12', "'", '"'],
      ...['a', '\\', '\\u00', '==', '<', '!', '&&', '||', 'length', 'match', 'count', ' ', '~'],
      ...['#', '\n', 'true', 'null', '1e400', '\ud800', '^'],
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join('')),
      fc.array(piece, { maxLength: 12 }).map((pieces) => `$[?@.a${pieces.join('')}]`),
      fc.array(piece, { maxLength: 12 }).map((pieces) => `$.a${pieces.join('')}`),
    );
    fc.assert(
      fc.property(text, document, (path, value) => {
        const fault = findPathFault(path);
        if (fault === undefined) follow(path, value);
        else expect(fault).toMatch(/^expected a /);
      }),
      { numRuns: 5000 },
    );
  });
});
