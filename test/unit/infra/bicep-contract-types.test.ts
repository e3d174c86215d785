import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Declaration, findDeclarations, readBicep } from '../../../infra/deploy/bicep.ts';
import { type JsonSchema, toJsonSchema } from '../../../infra/schema/json-schema.ts';
import { TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';
import { commonSettings } from '../../../shared/heddle/sources/settings.ts';

/**
 * Checks that infra/types.bicep describes a trigger as its schema does, by walking both at once.
 */

const root = resolve(import.meta.dirname, '../../..');

/** The text after the name of a field or type, and its decorators. */
interface Written {
  readonly text: string;
  readonly decorators: string;
}

let types: ReadonlyMap<string, Declaration>;

beforeAll(async () => {
  const declared = findDeclarations(await readBicep(join(root, 'infra/types.bicep')), 'type');
  types = new Map(declared.map((declaration) => [declaration.name, declaration]));
});

const withoutNull = (text: string) => text.replace(/\?$/, '');
const isUnion = (text: string) => /^\(?(?:'|\d)/.test(text);
const toUnion = (text: string) =>
  text
    .replace(/^\((.*)\)$/, '$1')
    .split('|')
    .map((part) => part.trim());
const toLiteral = (text: string) => text.replace(/^'(.*)'$/, '$1');

/** Fields by name, or `*` for those without one. */
function readFields({ node, name }: Declaration): ReadonlyMap<string, Written> {
  const fields = new Map<string, Written>();
  let decorators = '';
  for (const child of node.descendantsOfType('object')[0]?.namedChildren ?? []) {
    if (child?.type === 'decorators') decorators = child.text;
    if (child?.type !== 'object_property') continue;
    const [, key = '', text = ''] = /^([\w*]+)\s*:\s*(.*)$/s.exec(child.text) ?? [];
    expect(key, `${name}: ${child.text}`).not.toBe('');
    fields.set(key, { text: text.trim(), decorators });
    decorators = '';
  }
  return fields;
}

function readBound({ decorators }: Written, name: string): number | undefined {
  const value = new RegExp(`@${name}\\((-?\\d+)\\)`).exec(decorators)?.[1];
  return value === undefined ? undefined : Number(value);
}

/** Compares a type, given by name or in full, with the schema in its place. */
function compare(path: string, schema: JsonSchema, written: Written): void {
  const text = withoutNull(written.text);
  const type = types.get(text);
  if (type) compareDeclared(path, schema, type, `${written.decorators}\n${type.decorators}`);
  else if (text.endsWith('[]')) compareList(path, schema, { ...written, text });
  else if (isUnion(text)) {
    const choices = schema.enum as readonly (string | number)[];
    expect(toUnion(text).map(toLiteral), path).toEqual(choices.map(String));
  } else comparePrimitive(path, schema, { ...written, text });
}

function comparePrimitive(path: string, schema: JsonSchema, written: Written): void {
  switch (written.text) {
    case 'any':
      expectNoType(path, schema);
      break;
    case 'string':
      compareText(path, schema, written);
      break;
    case 'bool':
      expect(schema.type, path).toBe('boolean');
      break;
    case 'object':
      expect(schema, path).toMatchObject({ type: 'object' });
      expect(schema.properties, path).toBeUndefined();
      break;
    default:
      expect(written.text, path).toBe('int');
      expect(schema.type, path).toBe('integer');
      expect(readBound(written, 'minValue'), path).toBe(toMinimum(schema));
      expect(readBound(written, 'maxValue'), path).toBe(schema.maximum);
  }
}

/** Bicep has inclusive bounds only. */
function toMinimum({ minimum, exclusiveMinimum }: JsonSchema): unknown {
  return typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : minimum;
}

function compareDeclared(
  path: string,
  schema: JsonSchema,
  type: Declaration,
  decorators: string,
): void {
  const text = type.text.replace(/^=\s*/, '');
  expect(decorators, path).not.toContain('@discriminator');
  if (text.startsWith('{')) {
    const isSealed = decorators.includes('@sealed()');
    expect(isSealed, path).toBe(schema.additionalProperties === false);
    compareFields(path, schema, readFields(type));
  } else compare(path, schema, { text, decorators });
}

function compareFields(
  path: string,
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  fields: ReadonlyMap<string, Written>,
): void {
  const rest = fields.get('*');
  if (rest) compare(`${path}.*`, additionalProperties as JsonSchema, rest);
  const named = [...fields].filter(([name]) => name !== '*');
  const known = properties as Readonly<Record<string, JsonSchema>>;
  expect(named.map(([name]) => name).sort(), path).toEqual(Object.keys(known).sort());
  for (const [name, field] of named) {
    const isRequired = (required as readonly string[]).includes(name);
    expect(field.text.endsWith('?'), `${path}.${name} is optional`).toBe(!isRequired);
    compare(`${path}.${name}`, known[name] ?? {}, field);
  }
}

function compareList(path: string, schema: JsonSchema, written: Written): void {
  expect(schema.type, path).toBe('array');
  expect(readBound(written, 'minLength'), path).toBe(schema.minItems);
  expect(readBound(written, 'maxLength'), path).toBe(schema.maxItems);
  const text = written.text.slice(0, -2);
  compare(`${path}[]`, schema.items as JsonSchema, { text, decorators: '' });
}

/**
 * Compares length bounds. Where a pattern sets them, texts of that length and of one more test
 * them.
 */
function compareText(path: string, schema: JsonSchema, written: Written): void {
  expect(schema.type, path).toBe('string');
  const [min, max] = [readBound(written, 'minLength'), readBound(written, 'maxLength')];
  if (typeof schema.pattern !== 'string') {
    expect({ min, max }, path).toEqual({ min: schema.minLength, max: schema.maxLength });
    return;
  }
  const pattern = new RegExp(schema.pattern, 'u');
  const lengths = [(min ?? 0) - 1, min ?? 0, max ?? 0, (max ?? 0) + 1];
  const taken = lengths.map((length) => length >= 0 && pattern.test('a'.repeat(length)));
  expect(taken, path).toEqual([false, true, true, false]);
}

/**
 * Only a choice of several types and fractions may lack a type, since Bicep cannot express them.
 */
function expectNoType(path: string, { anyOf, type }: JsonSchema): void {
  expect(Array.isArray(anyOf) || type === 'number', path).toBe(true);
}

describe('types.bicep', () => {
  test('has the fields of a trigger, with their types, bounds and choices', () => {
    expect(types.get('triggersFile')?.decorators).toContain('@export()');
    compare('trigger', toJsonSchema(TriggerSchema), { text: 'triggerDefinition', decorators: '' });
  });

  test('has the settings of every source, and leaves room for those of its kind', () => {
    const schema = toJsonSchema(z.looseObject(commonSettings));
    compare('source', schema, { text: 'sourceDefinition', decorators: '' });
  });

  test('lets parts of the file through that have no type yet', () => {
    expect(types.get('triggersFile')?.decorators).not.toContain('@sealed()');
  });

  test('has nothing that no file has', () => {
    const used = [...types.values()].flatMap(({ node }) => node.text.match(/\w+/g) ?? []);
    const unused = [...types.keys()].filter((name) => {
      return used.filter((word) => word === name).length < 2;
    });
    expect(unused).toEqual(['triggersFile']);
  });

  test('describes what its name does not', () => {
    const type = types.get('triggerDefinition');
    const fields = type ? [...readFields(type)] : [];
    const bare = fields.filter(([, { decorators }]) => !decorators.includes('@description('));
    expect(bare.map(([name]) => name)).toEqual(['description']);
  });
});
