import { z } from 'zod';
import { BUILT_IN_SOURCES } from '../../shared/heddle/connectors/built-in-sources.ts';
import { CalendarsSchema } from '../../shared/heddle/domain/excluded-dates.ts';
import { LIMIT_NAME, SharedLimitSchema } from '../../shared/heddle/domain/limits.ts';
import { TriggerSchema } from '../../shared/heddle/domain/trigger.ts';
import { commonDescriptions } from '../../shared/heddle/sources/setting-descriptions.ts';
import { commonSettings } from '../../shared/heddle/sources/settings.ts';
import type { SourceKind } from '../../shared/heddle/sources/source.ts';
import { DefaultsSchema } from '../../shared/heddle/triggers/definitions/index.ts';
import { toConditionDefinitions } from './conditions.ts';
import { describeAll, type JsonSchema, toJsonSchema } from './json-schema.ts';
import { limitDescriptions, triggerDescriptions } from './trigger-descriptions.ts';

type Properties = Readonly<Record<string, JsonSchema>>;

/** Creates the JSON Schema of a triggers file, without the rules that span several entries. */
export function createTriggersSchema(kinds: readonly SourceKind[]): JsonSchema {
  const names = kinds.map(({ kind }) => kind);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A triggers file of Heddle',
    type: ['object', 'null'],
    properties: {
      include: {
        description: 'Further files, beside this one or by patterns, that are read with it.',
        anyOf: [
          { type: 'string', minLength: 1 },
          { type: 'array', items: { type: 'string', minLength: 1 } },
        ],
      },
      sources: toSources(names),
      triggers: {
        description: 'When such an event comes, run that actor.',
        type: ['array', 'null'],
        items: { $ref: '#/definitions/trigger' },
      },
      defaults: toDefaults(),
      limits: {
        description: 'Limits that several triggers share, by name.',
        type: ['object', 'null'],
        propertyNames: { pattern: LIMIT_NAME.source },
        additionalProperties: describeAll(toJsonSchema(SharedLimitSchema), limitDescriptions),
      },
      calendars: toCalendars(),
    },
    patternProperties: { '^x-': { description: 'Holds anchors for the other parts.' } },
    additionalProperties: false,
    definitions: {
      trigger: toTrigger(names),
      ...toConditionDefinitions(),
      source: toNamedSource(names),
      ...Object.fromEntries(kinds.map((kind) => [toDefinition(kind.kind), toSource(kind)])),
    },
  };
}

/** Fields of a trigger, as a trigger describes them. */
function toDefaults(): JsonSchema {
  const fields = Object.keys(DefaultsSchema.shape);
  const descriptions = Object.entries(triggerDescriptions).filter(([path]) =>
    fields.includes(path.split('.')[0] ?? ''),
  );
  const schema = toJsonSchema(DefaultsSchema);
  const defaults = describeAll(schema, Object.fromEntries(descriptions));
  const description = 'Fields of every trigger that does not have them.';
  return { ...defaults, description, type: ['object', 'null'] };
}

function toCalendars(): JsonSchema {
  return {
    description: 'Dates on which schedules do not fire, by the name under which exclude has them.',
    ...toJsonSchema(CalendarsSchema),
    type: ['object', 'null'],
  };
}

function toTrigger(kinds: readonly string[]): JsonSchema {
  const trigger = describeAll(toJsonSchema(TriggerSchema), triggerDescriptions);
  const {
    conditions = {},
    filter = {},
    source = {},
    ...properties
  } = trigger.properties as Properties;
  const ref = { $ref: '#/definitions/conditions' };
  const { type, ...untyped } = conditions;
  const [expression] = filter.anyOf as readonly JsonSchema[];
  return {
    ...trigger,
    properties: {
      ...properties,
      source: {
        ...source,
        examples: [...kinds, ...BUILT_IN_SOURCES],
      },
      conditions: { ...untyped, allOf: [ref] },
      filter: { ...filter, anyOf: [expression, ref] },
    },
  };
}

/** Allows a source with the name of one kind to be of another kind. */
function toSources(kinds: readonly string[]): JsonSchema {
  const own = kinds.map((kind) => [
    kind,
    {
      if: { type: 'object', required: ['kind'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { $ref: '#/definitions/source' },
      else: { $ref: `#/definitions/${toDefinition(kind)}` },
    },
  ]);
  return {
    description:
      'Who may send, and how they prove it. A kind of sender needs no entry unless it has settings.',
    type: ['object', 'null'],
    propertyNames: { pattern: '^[a-z0-9][a-z0-9_-]{0,63}$', not: { enum: BUILT_IN_SOURCES } },
    properties: Object.fromEntries(own),
    additionalProperties: { $ref: '#/definitions/source' },
  };
}

/** The schema of a source whose name is not its kind. */
function toNamedSource(kinds: readonly string[]): JsonSchema {
  return {
    type: 'object',
    required: ['kind'],
    properties: { kind: { enum: kinds } },
    allOf: kinds.map((kind) => ({
      if: { required: ['kind'], properties: { kind: { const: kind } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { $ref: `#/definitions/${toDefinition(kind)}` },
    })),
  };
}

function toDefinition(kind: string): string {
  return `source-${kind}`;
}

function toSource({ kind, description, settings, settingDescriptions }: SourceKind): JsonSchema {
  const schema = z.strictObject({
    ...commonSettings,
    kind: z.literal(kind).optional(),
    ...settings.shape,
  });
  const described = describeAll(toJsonSchema(schema), {
    ...commonDescriptions,
    ...settingDescriptions,
  });
  // A source without required settings may be null: `github:`.
  const type = settings.safeParse({}).success ? ['object', 'null'] : described.type;
  return { description, ...described, type };
}
