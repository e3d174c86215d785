import { DurationSchema } from '../../shared/heddle/domain/duration.ts';
import { findOperator, OPERATOR_NAMES } from '../../shared/heddle/triggers/conditions/index.ts';
import { type JsonSchema, toJsonSchema } from './json-schema.ts';

const TESTS = { $ref: '#/definitions/tests' };
const CONDITIONS = { $ref: '#/definitions/conditions' };
const EXPRESSION = 'A Jinja expression over event and fields, which must be true.';

/** The operand types of operators, by the operators' own names for them. */
const OPERANDS: Readonly<Record<string, JsonSchema>> = {
  'a value': {},
  'a number or a text': { type: ['number', 'string'] },
  'a list of values': { type: 'array' },
  'true or false': { type: 'boolean' },
  'a text': { type: 'string' },
};

const OPERATORS: Readonly<Record<string, string>> = {
  eq: 'Equal to this. Of a list: one of its items.',
  ne: 'Not equal to this, or not there. Of a list: none of its items.',
  gt: 'Greater than this number, or after this text.',
  gte: 'Greater than or equal to this.',
  lt: 'Less than this number, or before this text.',
  lte: 'Less than or equal to this.',
  in: 'One of these.',
  notIn: 'None of these, or not there.',
  exists: 'True: the field is there. False: it is not.',
  contains: 'A text that contains this, or a list with this item.',
  startsWith: 'A text that begins with this.',
  endsWith: 'A text that ends with this.',
};

const ITEM = { $ref: '#/definitions/condition' };
const COUNT = { type: 'integer', minimum: 0 };
const DATE = { anyOf: [{ type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d' }, { type: 'number' }] };

/** Operators that also are names of fields: on an object, and with any other operand. */
const WORDS: Readonly<Record<string, JsonSchema>> = {
  some: { description: 'A list with an item that meets this.', ...ITEM },
  every: { description: 'A list whose items all meet this; an empty one too.', ...ITEM },
  none: { description: 'No list, or one without an item that meets this.', ...ITEM },
  size: {
    description: 'Number of items of a list, or of characters of a text.',
    anyOf: [COUNT, { type: 'array', items: COUNT }, TESTS],
  },
  before: { description: 'A date before this date or time.', ...DATE },
  after: { description: 'A date after this date or time.', ...DATE },
  within: {
    description: 'A date no further than this from the time of receipt.',
    ...toJsonSchema(DurationSchema),
  },
  ignoreCase: {
    description: 'True: the operators beside it, and below, ignore upper and lower case.',
    type: 'boolean',
  },
};

/** Definitions that `conditions` and `filter` refer to. */
export function toConditionDefinitions(): Readonly<Record<string, JsonSchema>> {
  return {
    conditions: toConditions(),
    condition: {
      anyOf: [
        { type: ['string', 'number', 'boolean', 'null', 'array'] },
        // An object whose keys are all operators is not a nested object.
        {
          type: 'object',
          if: { minProperties: 1, propertyNames: { enum: [...OPERATOR_NAMES, 'pattern'] } },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: TESTS,
          else: { anyOf: [TESTS, CONDITIONS] },
        },
      ],
    },
    tests: toTests(),
  };
}

function toConditions(): JsonSchema {
  const toLogic = (description: string): JsonSchema => ({
    description,
    anyOf: [{ type: 'array', minItems: 1, items: CONDITIONS }, TESTS],
  });
  return {
    type: 'object',
    properties: {
      expression: { description: EXPRESSION, anyOf: [{ type: 'string', minLength: 1 }, TESTS] },
      all: toLogic('Conditions of which all must be met.'),
      any: toLogic('Conditions of which one must be met.'),
      not: { description: 'Conditions that must not be met.', allOf: [CONDITIONS] },
    },
    patternProperties: {
      '._pattern$': {
        description: 'A regular expression (RE2) that the field must match.',
        anyOf: [{ type: 'string' }, TESTS],
      },
    },
    additionalProperties: { $ref: '#/definitions/condition' },
  };
}

function toTests(): JsonSchema {
  const operators = OPERATOR_NAMES.map((name) => {
    const operand = OPERANDS[findOperator(name)?.operand ?? ''];
    const description = OPERATORS[name];
    if (!operand || !description) throw new Error(`infra/schema does not know operator "${name}"`);
    return [name, { description, ...operand }] as const;
  });
  const toLogic = (description: string): JsonSchema => {
    return { description, type: 'array', minItems: 1, items: TESTS };
  };
  return {
    type: 'object',
    minProperties: 1,
    properties: {
      ...Object.fromEntries(operators),
      ...WORDS,
      pattern: { description: 'Matches this regular expression (RE2).', type: 'string' },
      all: toLogic('All of these.'),
      any: toLogic('One of these.'),
      not: { description: 'Not this.', allOf: [TESTS] },
    },
    additionalProperties: false,
  };
}
