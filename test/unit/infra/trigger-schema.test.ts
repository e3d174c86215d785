import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeAll, type JsonSchema, toJsonSchema } from '../../../infra/schema/json-schema.ts';
import { createTriggersSchema } from '../../../infra/schema/triggers-schema.ts';
import { DurationSchema } from '../../../shared/heddle/domain/duration.ts';
import type { Json } from '../../../shared/heddle/domain/json.ts';
import { TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';
import { loadKinds, sourceKinds } from '../../../shared/heddle/sources/kinds.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
import {
  findOperator,
  OPERATOR_NAMES,
} from '../../../shared/heddle/triggers/conditions/operators.ts';
import { findConditionFaults } from '../../../shared/heddle/triggers/conditions/trigger-matcher.ts';
import { WORD_NAMES } from '../../../shared/heddle/triggers/conditions/words.ts';
import { loadTriggers } from '../../../shared/heddle/triggers/definitions/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import { findSchemaFaults } from '../../helpers/json-schema-faults.ts';

const root = resolve(import.meta.dirname, '../../..');
const path = join(root, 'infra/triggers.schema.json');
const schema = JSON.parse(readFileSync(path, 'utf8')) as JsonSchema;
const kinds = await loadKinds(sourceKinds);
/** The user's own triggers may be any: those are a fixture's. */
const files: readonly (readonly [folder: string, file: string])[] = [
  [join(root, 'test/fixtures/user-app'), 'infra/triggers.yaml'],
  ...globSync('infra/examples/*.yaml', { cwd: root }).map((file) => [root, file] as const),
];

const base = { name: 'a', source: 'github', actor: 'log' };
const faultsOf = (fields: object) =>
  findSchemaFaults(schema, { triggers: [{ ...base, ...fields }] });

/** Whether the app accepts the same fields. */
function isTaken(fields: object): boolean {
  const read = { value: { triggers: [{ ...base, ...fields }] }, locate: () => 1 };
  const known = {
    ...{ actors: ['log'], sources: ['github', 'completion', 'manual'] },
    findConditionFaults,
  };
  return loadTriggers(read, known).faults.length === 0;
}

describe('infra/triggers.schema.json', () => {
  it('is what node infra/write-schema.ts writes', () => {
    expect(schema).toEqual(createTriggersSchema(kinds));
  });

  it.each(files)('fits %s/%s, which names it in its first line', (folder, file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? '';
    expect(relative(folder, resolve(join(folder, dirname(file)), named))).toBe(
      relative(root, path),
    );
    const read = readYaml(text);
    expect('value' in read && findSchemaFaults(schema, read.value)).toEqual([]);
  });

  it.each([null, {}, { triggers: null }, { sources: null, triggers: [] }])(
    'takes a file of nothing: %j',
    (file) => {
      expect(findSchemaFaults(schema, file)).toEqual([]);
    },
  );

  it('has every field of a trigger and every kind of source', () => {
    const definitions = schema.definitions as Readonly<Record<string, JsonSchema>>;
    const fields = Object.keys(definitions.trigger?.properties as object);
    expect(fields.sort()).toEqual(Object.keys(TriggerSchema.shape).sort());
    expect(definitions.trigger?.required).toEqual(['name', 'source', 'actor']);
    for (const { kind, settings } of kinds) {
      const properties = definitions[`source-${kind}`]?.properties as object;
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(settings.shape)));
    }
  });

  it('says of every operator what it takes', () => {
    const { tests } = schema.definitions as Readonly<Record<string, JsonSchema>>;
    const properties = tests?.properties as Readonly<Record<string, JsonSchema>>;
    expect(Object.keys(properties).sort()).toEqual(
      [...OPERATOR_NAMES, ...WORD_NAMES, 'ignoreCase', 'pattern', 'all', 'any', 'not'].sort(),
    );
    const operands = [1, 'a', true, null, [1], { a: 1 }];
    for (const name of OPERATOR_NAMES) {
      for (const operand of operands) {
        const isSound = findSchemaFaults(properties[name] ?? {}, operand).length === 0;
        expect(isSound, `${name} ${JSON.stringify(operand)}`).toBe(
          findOperator(name)?.takes(operand),
        );
      }
    }
  });

  it.each([
    ['an unknown field', { condtions: {} }, '/triggers/0/condtions unknown'],
    ['an unknown choice', { overlap: 'wait' }, '/triggers/0/overlap enum'],
    ['too many', { maxConcurrent: 1001 }, '/triggers/0/maxConcurrent maximum'],
    ['a wait too short', { debounce: { wait: 0.05 } }, '/triggers/0/debounce/wait anyOf'],
    ['a wait too long', { batch: { size: 2, wait: 604_801 } }, '/triggers/0/batch/wait anyOf'],
    ['no wait', { debounce: {} }, '/triggers/0/debounce required'],
    ['a timeout of days', { timeout: 86_401 }, '/triggers/0/timeout anyOf'],
    ['a list for conditions', { conditions: [] }, '/triggers/0/conditions type'],
    [
      'an operator with no operand',
      { conditions: { a: { in: 1 } } },
      '/triggers/0/conditions/a anyOf',
    ],
    ['a pattern that is none', { filter: { a_pattern: 1 } }, '/triggers/0/filter anyOf'],
    ['a name of two words', { name: 'two words' }, '/triggers/0/name pattern'],
  ])('refuses %s', (_, fields, fault) => {
    expect(faultsOf(fields)).toEqual([fault]);
    expect(isTaken(fields)).toBe(false);
  });

  it('takes a name in capitals', () => {
    expect(faultsOf({ name: 'PR-review' })).toEqual([]);
    expect(isTaken({ name: 'PR-review' })).toBe(true);
  });
});

/** Values that one field or another accepts, and some that none does. */
const values = fc.constantFrom<Json>(
  ...[null, true, false, 0, 1, -1, 0.5, 11, 1001, 400_000, '', 'a', '5m', '100ms', 'skip', 'hold'],
  ...[[], ['a'], [1], {}, { a: 'b' }, { wait: '1s' }, { wait: 1, maxWait: '2s', key: 'a' }],
  ...[
    { size: 2, wait: 1 },
    { key: 'a', window: '1m' },
    { backoff: 'fixed', jitter: 'full' },
  ],
  ...[{ nonRetryable: ['a'] }, { form: [{ name: 'a', type: 'text' }] }, 'failed', '{{ event.a }}'],
);

describe('what the schema refuses', () => {
  it('the app refuses too, whatever the fields', () => {
    const fields = fc.dictionary(fc.constantFrom(...Object.keys(TriggerSchema.shape)), values, {
      maxKeys: 2,
    });
    fc.assert(
      fc.property(fields, (written) => {
        if (faultsOf(written).length > 0) expect(isTaken(written)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('the app refuses too, whatever the conditions', () => {
    const names = [
      'a',
      'a.b',
      'a_pattern',
      'pattern',
      'expression',
      'all',
      'any',
      'not',
      'in',
      'gt',
      ...WORD_NAMES,
      'ignoreCase',
    ];
    const { conditions } = fc.letrec<{ value: Json; conditions: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom<Json>(1, 'a', true, null),
        fc.array(tie('value'), { maxLength: 2 }),
        tie('conditions'),
      ),
      conditions: fc.dictionary(fc.constantFrom(...names, 'exists', 'eq'), tie('value'), {
        maxKeys: 3,
      }),
    }));
    fc.assert(
      fc.property(conditions, (written) => {
        if (faultsOf({ conditions: written }).length > 0) {
          expect(isTaken({ conditions: written })).toBe(false);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('the app refuses too, among sources', () => {
    const names = [...kinds.map(({ kind }) => kind), 'mine', 'emit', 'Mine'];
    const settings = ['kind', 'secrets', 'auth', 'header', 'hub', 'rateLimit', 'schema', 'redact'];
    const value = fc.constantFrom<Json>(
      ...['custom', 'github', 'hmac', 1, null, ['A'], [], {}, { kind: 'none' }],
      ...[
        { kind: 'hmac', header: 'X-A' },
        { max: 1, window: '1m' },
        { max: 0, window: '1m' },
      ],
    );
    const source = fc.option(fc.dictionary(fc.constantFrom(...settings), value, { maxKeys: 3 }));
    fc.assert(
      fc.property(fc.constantFrom(...names), source, (name, written) => {
        const file = { sources: { [name]: written } };
        const { faults } = loadSources({ value: file, locate: () => 1 }, kinds);
        if (findSchemaFaults(schema, file).length > 0) expect(faults).not.toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the schema of a duration', () => {
  const written = toJsonSchema(DurationSchema);

  it('takes what a duration is written as', () => {
    const all: readonly Json[] = [0, 1.5, '5m', '1.5h', '500ms', -1, '5 m', 'm', true, 315_360_001];
    const taken = all.filter((value) => findSchemaFaults(written, value).length === 0);
    expect(taken).toEqual(all.filter((value) => DurationSchema.safeParse(value).success));
  });
});

describe('descriptions', () => {
  const object = { type: 'object', properties: { a: { type: 'string' } } };

  it('are at the fields that they name', () => {
    expect(describeAll(object, { a: 'A letter.' })).toEqual({
      type: 'object',
      properties: { a: { description: 'A letter.', type: 'string' } },
    });
  });

  it('are missing nowhere, and left over nowhere', () => {
    expect(() => describeAll(object, {})).toThrow('no description of "a"');
    expect(() => describeAll(object, { a: 'A.', b: 'B.' })).toThrow('"b", which there is not');
  });
});
