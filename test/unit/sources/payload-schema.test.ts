import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { ConfigError, RejectedError } from '../../../shared/heddle/errors/errors.ts';
import { github } from '../../../shared/heddle/sources/github/github.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
import { createPayloadCheck } from '../../../shared/heddle/sources/payload-schema.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';

/** The paths at fault; undefined where the payload is valid. */
function toPaths(schema: JsonObject, data: JsonObject): string | undefined {
  try {
    createPayloadCheck(schema)(data);
    return undefined;
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    expect(error).toMatchObject({ status: 422, code: 'schema_mismatch' });
    expect(error.cause).toBeUndefined();
    return error.message.split(' at: ')[1];
  }
}

const ORDER = {
  type: 'object',
  properties: {
    id: { type: 'string', minLength: 1 },
    lines: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string' } } } },
  },
  required: ['id'],
  additionalProperties: false,
};

describe('a payload', () => {
  it.each([
    ['that fits is taken', ORDER, { id: 'o-1', lines: [{ sku: 'a' }] }, undefined],
    [
      'names each path at fault',
      ORDER,
      { id: 1, lines: [{ sku: 'a' }, { sku: 2 }] },
      '/id, /lines/1/sku',
    ],
    ['with a name too many shows where', ORDER, { id: 'o-1', 'tok-secret': 1 }, '/'],
    [
      'shows no name that it invented',
      { additionalProperties: { type: 'string' } },
      { 'tok-secret': 1 },
      '/*',
    ],
    [
      'is escaped as JSON Pointer',
      { properties: { 'a/b~': { type: 'string' } } },
      { 'a/b~': 1 },
      '/a~1b~0',
    ],
  ])('%s', (_, schema, data, paths) => {
    expect(toPaths(schema, data)).toBe(paths);
  });

  it('is answered with ten paths at most', () => {
    const schema = { properties: { all: { type: 'array', items: { type: 'string' } } } };
    expect(toPaths(schema, { all: Array(15).fill(0) })).toMatch(
      /^(\/all\/\d, ){9}\/all\/9 and 5 more$/,
    );
  });

  it('is never quoted', () => {
    const schema = {
      properties: { a: { enum: ['x', 'y'] }, b: { type: 'string', format: 'email' } },
    };
    expect(toPaths(schema, { a: 'tok-secret', b: 'tok-secret' })).toBe('/a, /b');
  });
});

describe('keywords that zod passes over count', () => {
  it.each([
    ['required without a property', { required: ['a'] }, {}],
    ['required of any value', { properties: { a: {} }, required: ['a'] }, {}],
    ['required of true', { properties: { a: true }, required: ['a'] }, {}],
    [
      'required with a default',
      { properties: { a: { type: 'number', default: 1 } }, required: ['a'] },
      {},
    ],
    [
      'required with a description alone',
      { properties: { a: { description: 'a' } }, required: ['a'] },
      {},
    ],
    ['required of an inherited name', { required: ['toString'] }, {}],
    ['required in anyOf', { anyOf: [{ required: ['a'] }, { required: ['b'] }] }, { c: 1 }],
    [
      'anyOf beside allOf',
      { anyOf: [{ required: ['a'] }], allOf: [{ required: ['c'] }] },
      { c: 1 },
    ],
    ['minLength without a type', { properties: { a: { minLength: 3 } } }, { a: 'ab' }],
    [
      'required in a nested schema without a type',
      { properties: { a: { required: ['b'] } } },
      { a: {} },
    ],
    ['a type other than object', { type: 'string' }, {}],
  ])('%s', (_, schema, data) => {
    expect(toPaths(schema, data)).toBeTypeOf('string');
  });

  it('and mean what JSON Schema says', () => {
    expect(toPaths({ required: ['a'] }, { a: null })).toBeUndefined();
    expect(toPaths({ properties: { a: { minLength: 3 } } }, { a: 4 })).toBeUndefined();
    expect(
      toPaths({ anyOf: [{ required: ['a'] }, { required: ['b'] }] }, { b: 1 }),
    ).toBeUndefined();
    expect(toPaths({ properties: { a: { type: 'number', default: 1 } } }, {})).toBeUndefined();
  });

  it('also in what a schema refers to', () => {
    const $defs = { node: { required: ['v'], properties: { next: { $ref: '#/$defs/node' } } } };
    const schema = { $ref: '#/$defs/node', $defs };
    expect(toPaths(schema, { v: 1, next: { v: 2 } })).toBeUndefined();
    expect(toPaths(schema, { v: 1, next: {} })).toBeTypeOf('string');
  });
});

describe('a schema that cannot be checked', () => {
  it.each([
    ['an unknown type', { type: 'objekt' }],
    ['a malformed pattern', { properties: { a: { type: 'string', pattern: '(' } } }],
    ['a list for properties', { properties: [] }],
    ['a text for required', { required: 'a' }],
    ['a text for a schema', { properties: { a: 'string' } }],
    ['a reference to elsewhere', { $ref: 'https://acme.example/schema' }],
    ['a reference to nothing', { $ref: '#/$defs/a' }],
    ['a reference to itself', { $ref: '#' }],
    ['a definition of itself', { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }],
    ['keywords beside a reference', { $ref: '#/$defs/a', required: ['b'], $defs: { a: {} } }],
    ['conditions', { if: { required: ['a'] }, else: { required: ['b'] } }],
    ['not', { not: { required: ['a'] } }],
    ['dependencies', { dependencies: { a: ['b'] } }],
    ['dependentRequired', { dependentRequired: { a: ['b'] } }],
    ['an object to be equal to', { properties: { a: { const: { b: 1 } } } }],
    [
      'a schema for other names beside patterns',
      { patternProperties: { a: {} }, additionalProperties: { type: 'string' } },
    ],
  ])('with %s is a fault at load, and a ConfigError', (_, schema) => {
    expect(() => createPayloadCheck(schema as JsonObject)).toThrow(ConfigError);
    const { faults } = loadSources(readYaml(JSON.stringify({ sources: { github: { schema } } })), [
      github,
    ]);
    expect(faults).toMatchObject([{ message: expect.stringContaining('source github: schema: ') }]);
  });
});

describe('any payload', () => {
  it('is taken or refused with 422 and pollutes nothing', () => {
    const schema = {
      ...ORDER,
      additionalProperties: true,
      patternProperties: { '^x': { type: 'number' } },
    };
    const check = createPayloadCheck(schema);
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom('id', 'lines', 'xa', '__proto__', 'constructor'),
    );
    const data = fc
      .dictionary(key, fc.jsonValue())
      .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
    fc.assert(
      fc.property(data, (value) => {
        const before = JSON.stringify(value);
        try {
          check(value);
        } catch (error) {
          expect(error).toBeInstanceOf(RejectedError);
        }
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 2000 },
    );
  });
});
