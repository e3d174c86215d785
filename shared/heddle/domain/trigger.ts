import { z } from 'zod';
import { OWN_TYPE_SOURCES } from './built-in-sources.ts';
import { DurationSchema } from './duration.ts';
import { ForEachSchema } from './for-each.ts';
import { isDeeperThan, type JsonObject, JsonObjectSchema } from './json.ts';
import {
  BatchSchema,
  DebounceSchema,
  DedupeSchema,
  KeyTemplateSchema,
  LimitReferenceSchema,
  OVERLAPS,
  PAUSE_POLICIES,
  type PausePolicy,
  ThrottleSchema,
} from './limits.ts';
import { MAX_TYPE_CHARS } from './names.ts';
import { OnFailureSchema } from './on-failure-schema.ts';
import { RetrySchema } from './retry.ts';
import { PollSchema, type Schedule, ScheduleSchema } from './schedule.ts';
import { findContradictions } from './trigger-rules.ts';

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'expected letters, digits, ".", "_" or "-", at most 64',
  );

/** `pull_request.opened`, `pull_request.*`, `*`: all but `*` is meant literally, brackets too. */
const typePattern = z
  .string('expected an event type such as pull_request.opened')
  .max(
    MAX_TYPE_CHARS,
    `expected at most ${MAX_TYPE_CHARS} characters, to which longer types are cut`,
  )
  .regex(
    /^\S(?:.*\S)?$/,
    'expected an event type such as pull_request.opened, or a glob, without spaces around it',
  );

/** YAML aliases can form cycles. Values that pass here can be walked and shown. */
const MAX_DEPTH = 50;

const jsonObject = JsonObjectSchema.refine(
  (value) => !isDeeperThan(value, MAX_DEPTH),
  `expected at most ${MAX_DEPTH} levels`,
);

const MAX_EXPRESSION_CHARS = 10_000;
const expression = z
  .string()
  .min(1)
  .max(MAX_EXPRESSION_CHARS, `expected at most ${MAX_EXPRESSION_CHARS} characters`);

const pathMapping = z.record(z.string().min(1).max(128), z.string().min(1).max(1000));

/** A field of the form for a manual trigger. */
const FormFieldSchema = z.strictObject({
  /** Property of the data that the field sets. */
  name: z.string().min(1).max(128),
  type: z.enum(['text', 'textarea', 'number', 'checkbox', 'select', 'date', 'json']),
  label: z.string().max(200).optional(),
  /** Choices of a `select`. */
  options: z
    .array(z.strictObject({ value: z.string(), label: z.string().optional() }))
    .min(1)
    .optional(),
});

/** Appearance of the trigger on a page. */
const UiSchema = z.strictObject({
  icon: z.string().max(64).optional(),
  color: z.string().max(64).optional(),
  form: z.array(FormFieldSchema).max(50).optional(),
});

/** Clauses that decide whether an event runs the trigger, checked in this order, cheapest first. */
const whether = {
  /** False: the trigger is known but never runs. */
  enabled: z.boolean().default(true),
  /** False: events of unauthenticated senders match too. */
  requireVerification: z.boolean().default(true),
  /**
   * Conditions on fields of the event: a value, a list of allowed values, a nested object, or
   * operators such as `{ gt: 3 }`; also `<field>_pattern`, `expression`, `all`, `any`, `not`.
   */
  conditions: jsonObject.default({} as JsonObject),
  /** Conditions over the payload alone, or one Jinja expression over `event` and `fields`. */
  filter: z.union([expression, jsonObject]).optional(),
  /**
   * `manual`: its events are recorded and run nothing; a person executes it with data of their own.
   * Absent: `auto`. No default, since a trigger's version is computed from all its fields.
   */
  mode: z.enum(['auto', 'manual']).optional(),
};

/** Fields that build the actor's input. */
const inputs = {
  /**
   * A run for each item of the list at this path. The item is the input; with other inputs, paths
   * and templates see it as `item`, and its position as `index`.
   */
  forEach: ForEachSchema.optional(),
  /**
   * Replaces the event for all fields below and for the actor. Every string at any depth is a Jinja
   * template.
   */
  transform: jsonObject.optional(),
  /** Constant input of the actor. Without any of these fields, the input is the event. */
  defaultInputs: jsonObject.optional(),
  /** Overrides `defaultInputs` with values of the event by JSONPath, such as `$.user.id`. */
  inputMapping: pathMapping.optional(),
  /**
   * Overrides both, key by key. Every string at any depth is a Jinja template over `event`,
   * `fields` and `trigger`: `{{ event.pull_request.head.sha[:8] }}`.
   */
  variables: jsonObject.optional(),
};

/** Limits: when runs begin, and how many run at once. */
const limits = {
  /** Maximum number of concurrent runs of the trigger, or of each `concurrencyKey`. */
  maxConcurrent: z.number().int().min(1).max(1000).optional(),
  concurrencyKey: KeyTemplateSchema.optional(),
  /** False: no run begins until another with the same input has ended. */
  allowConcurrent: z.boolean().default(true),
  /** Maximum number of runs that begin within a period; the others wait in line. */
  throttle: ThrottleSchema.optional(),
  /** A limit of the file that several triggers share. */
  limit: LimitReferenceSchema.optional(),
  /** Policy for a run that finds no free slot. Default: `queue`. */
  overlap: z.enum(OVERLAPS).optional(),
  /** Minimum time after a run was taken up until the next one, for each `concurrencyKey`. */
  cooldownSeconds: z
    .number('expected a number of seconds such as 30')
    .positive()
    .max(31_536_000)
    .optional(),
  debounce: DebounceSchema.optional(),
  batch: BatchSchema.optional(),
  dedupe: DedupeSchema.optional(),
  /** True: a run that has failed for good counts for `dedupe` and `cooldownSeconds` no longer. */
  releaseOnFailure: z.boolean().optional(),
  /** Runs of the highest priority leave the line first: -10 to 10, or a template for it. */
  priority: z.union([z.number().int().min(-10).max(10), KeyTemplateSchema]).default(0),
  /**
   * A Jinja template over `event` and `fields`. Events whose key renders to the same text run one
   * after the other, in the order of their arrival.
   */
  orderingKey: KeyTemplateSchema.optional(),
  /** Absent: as `misfire` of the schedule has it, see {@link toDefaultPausePolicy}; else `hold`. */
  whilePaused: z
    .enum(PAUSE_POLICIES)
    .optional()
    .transform((said) => said ?? UNSAID),
};

/** Keeps the field's place, as a trigger's version is computed from its fields in their order. */
const UNSAID = '' as PausePolicy;

/** A pause treats what comes meanwhile as an outage does, unless the trigger says otherwise. */
const PAUSE_OF_MISFIRE = { skip: 'drop', fireOnce: 'keepLast', catchUp: 'hold' } as const;

function toDefaultPausePolicy(schedule: Schedule | undefined): PausePolicy {
  return schedule ? PAUSE_OF_MISFIRE[schedule.misfire] : 'hold';
}

const MAX_SOURCE_TRIGGERS = 100;

/** Fields of triggers with the source `completion`: matching runs, and the outputs they pass. */
const completion = {
  sourceActor: z.string().min(1).optional(),
  /** Runs of one trigger, or of any of several. */
  sourceTrigger: z
    .union([name, z.array(name).min(1).max(MAX_SOURCE_TRIGGERS)], {
      error: 'expected the name of a trigger, or a list of names',
    })
    .optional(),
  status: z.enum(['success', 'failed', 'any']).optional(),
  /** Merges the output of the ended run over `defaultInputs`. */
  passOutputs: z.boolean().optional(),
  /** Parts of that output, by name or JSONPath: `{ raw_data: processed_data }`. */
  outputMapping: pathMapping.optional(),
};

/** Fields of triggers that people execute: with the source `manual`, or in `mode: manual`. */
const manual = {
  /** JSON Schema of the data. */
  schema: jsonObject.optional(),
  ui: UiSchema.optional(),
};

/** Fields of triggers with the source `schedule` or `poll`. */
const timed = {
  /** A cron expression, or an object with `cron`, `interval`, `at` or `every`. */
  schedule: ScheduleSchema.optional(),
  /** Added to the event of each fire. */
  data: jsonObject.optional(),
  poll: PollSchema.optional(),
};

const MAX_RETENTION_DAYS = 3650;

/** A rule: when a matching event comes, run the actor. */
export const TriggerSchema = z
  .strictObject({
    /** Unique. It is part of every run's id, so for a renamed trigger its old events are new. */
    name,
    displayName: z.string().max(200).optional(),
    description: z.string().max(1000).optional(),
    tags: z.array(z.string().min(1).max(64)).max(20).default([]),
    /** The source of matching events: `github`. */
    source: z.string().min(1).max(128),
    /**
     * Matching types, one or several. A type also matches every more specific one after a dot
     * (`pull_request` matches `pull_request.opened`). Absent: every type of the source; for the
     * source `manual`, the trigger's own name only.
     */
    eventType: z
      .union([typePattern, z.array(typePattern).min(1)], {
        error: 'expected an event type such as pull_request.opened, a glob, or a list of these',
      })
      .optional(),
    ...whether,
    /** Registered name of the actor to run. */
    actor: z.string().min(1),
    ...inputs,
    ...limits,
    retry: RetrySchema.prefault({}),
    /** Maximum time of one attempt. */
    timeout: DurationSchema.pipe(
      z.number().min(1, 'expected at least 1ms').max(86_400_000, 'expected at most 24h'),
    ).default(300_000),
    /**
     * The actor that runs after every run that has failed for good. False: none, whatever the file's
     * `defaults` say.
     */
    onFailure: OnFailureSchema.optional(),
    /** False: only ids, outcomes and decisions of events and runs are kept. */
    persistData: z.boolean().default(true),
    /** Retention of its events and runs. Absent: `HEDDLE_RETENTION_DAYS`. */
    retentionDays: z.number().int().min(1).max(MAX_RETENTION_DAYS).optional(),
    ...completion,
    ...manual,
    ...timed,
  })
  .overwrite((trigger) => {
    if (trigger.whilePaused !== UNSAID) return trigger;
    return { ...trigger, whilePaused: toDefaultPausePolicy(trigger.schedule) };
  })
  .superRefine((trigger, context) => {
    for (const { path, message } of findContradictions(trigger)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });
export type Trigger = z.infer<typeof TriggerSchema>;
/** A trigger as written in a triggers file. */
export type WrittenTrigger = z.input<typeof TriggerSchema>;

/** The triggers whose runs it listens to; undefined: all. */
export function toSourceTriggers({
  sourceTrigger,
}: Pick<Trigger, 'sourceTrigger'>): readonly string[] | undefined {
  return typeof sourceTrigger === 'string' ? [sourceTrigger] : sourceTrigger;
}

/** The trigger's types as a list; `*` if it names none. */
export function toTypePatterns(
  trigger: Pick<Trigger, 'name' | 'source' | 'eventType'>,
): readonly string[] {
  const { name, source, eventType } = trigger;
  if (eventType === undefined) return [OWN_TYPE_SOURCES.includes(source) ? name : '*'];
  return typeof eventType === 'string' ? [eventType] : eventType;
}
