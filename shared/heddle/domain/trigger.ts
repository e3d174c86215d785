import { z } from 'zod';
import { OWN_TYPE_SOURCES } from './built-in-sources.ts';
import { DurationSchema } from './duration.ts';
import { isDeeperThan, type JsonObject, JsonObjectSchema } from './json.ts';
import {
  BatchSchema,
  DebounceSchema,
  DedupeSchema,
  KeyTemplateSchema,
  OVERLAPS,
  PAUSE_POLICIES,
} from './limits.ts';
import { RetrySchema } from './retry.ts';
import { PollSchema, ScheduleSchema } from './schedule.ts';
import { findContradictions } from './trigger-rules.ts';

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'expected letters, digits, ".", "_" or "-", at most 64',
  );

/** `pull_request.opened`, `pull_request.*`, `*`; also `https://…` and words, as some senders' are. */
const typePattern = z
  .string()
  .regex(
    /^[\w*-]+((:\/\/|[.:/#+ ])[\w*-]+)*$/,
    'expected an event type such as pull_request.opened, or a glob',
  );

/** YAML's anchors can tie a knot; what passes here can be walked and shown. */
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
  /** The property of the data that it fills. */
  name: z.string().min(1).max(128),
  type: z.enum(['text', 'textarea', 'number', 'checkbox', 'select', 'date', 'json']),
  label: z.string().max(200).optional(),
  /** Of a `select`. */
  options: z
    .array(z.strictObject({ value: z.string(), label: z.string().optional() }))
    .min(1)
    .optional(),
});

/** How a page shows the trigger. */
const UiSchema = z.strictObject({
  icon: z.string().max(64).optional(),
  color: z.string().max(64).optional(),
  form: z.array(FormFieldSchema).max(50).optional(),
});

/** Whether an event runs the trigger. Clauses are checked in this order, the cheapest first. */
const whether = {
  /** False: known, and never run. */
  enabled: z.boolean().default(true),
  /** False: events of senders that were not authenticated are taken too. */
  requireVerification: z.boolean().default(true),
  /**
   * Fields of the event and what they must be: a value, a list of allowed ones, a nested object, or
   * `{ gt: 3 }` and its like; `<field>_pattern`, `expression`, `all`, `any`, `not`.
   */
  conditions: jsonObject.default({} as JsonObject),
  /** Conditions over the payload alone, or one Jinja expression over `event` and `fields`. */
  filter: z.union([expression, jsonObject]).optional(),
};

/** What the actor is given. */
const inputs = {
  /**
   * What stands in the event's place for everything below and for the actor: every string at any
   * depth is a Jinja template.
   */
  transform: jsonObject.optional(),
  /** Input of the actor, as it stands. With none of these the input is the event. */
  defaultInputs: jsonObject.optional(),
  /** Laid over `defaultInputs`: values of the event by JSONPath, such as `$.user.id`. */
  inputMapping: pathMapping.optional(),
  /**
   * Laid over both, key by key. Every string at any depth is a Jinja template over `event`,
   * `fields` and `trigger`: `{{ event.pull_request.head.sha[:8] }}`.
   */
  variables: jsonObject.optional(),
};

/** When, and how many at once. */
const limits = {
  /** Runs of the trigger, or of each `concurrencyKey`, that are executed at once. */
  maxConcurrent: z.number().int().min(1).max(1000).optional(),
  concurrencyKey: KeyTemplateSchema.optional(),
  /** False: no run while another with the same input is executed. */
  allowConcurrent: z.boolean().default(true),
  /** What becomes of a run for which there is no room. `queue` unless said. */
  overlap: z.enum(OVERLAPS).optional(),
  /** No run for so long after the last one was taken up, for each `concurrencyKey`. */
  cooldownSeconds: z
    .number('expected a number of seconds such as 30')
    .positive()
    .max(31_536_000)
    .optional(),
  debounce: DebounceSchema.optional(),
  batch: BatchSchema.optional(),
  dedupe: DedupeSchema.optional(),
  /** Of runs that wait for room, those of the highest go first: -10 to 10, or a template for it. */
  priority: z.union([z.number().int().min(-10).max(10), KeyTemplateSchema]).default(0),
  /**
   * A Jinja template over `event` and `fields`: events whose key renders to the same text run one
   * after the other, in the order of their arrival.
   */
  orderingKey: KeyTemplateSchema.optional(),
  whilePaused: z.enum(PAUSE_POLICIES).default('hold'),
};

/** Of triggers with the source `completion`: which runs, and what is taken over of them. */
const completion = {
  sourceActor: z.string().min(1).optional(),
  sourceTrigger: name.optional(),
  status: z.enum(['success', 'failed', 'any']).optional(),
  /** The output of the run that has ended is laid over `defaultInputs`. */
  passOutputs: z.boolean().optional(),
  /** Parts of that output by name or JSONPath: `{ raw_data: processed_data }`. */
  outputMapping: pathMapping.optional(),
};

/** Of triggers with the source `manual`. */
const manual = {
  /** JSON Schema of the data. */
  schema: jsonObject.optional(),
  ui: UiSchema.optional(),
};

/** Of triggers with the source `schedule`, and of those with the source `poll`. */
const timed = {
  /** A cron expression, or an object with `cron`, `interval`, `at` or `every`. */
  schedule: ScheduleSchema.optional(),
  /** Added to the event of each fire. */
  data: jsonObject.optional(),
  poll: PollSchema.optional(),
};

const MAX_RETENTION_DAYS = 3650;

/** A rule: when such an event comes, run that actor. */
export const TriggerSchema = z
  .strictObject({
    /** Unique; part of every run's id, so renaming a trigger makes its old events new to it. */
    name,
    displayName: z.string().max(200).optional(),
    description: z.string().max(1000).optional(),
    tags: z.array(z.string().min(1).max(64)).max(20).default([]),
    /** The source that must have received the event: `github`. */
    source: z.string().min(1).max(128),
    /**
     * Types that match, one or several: the type itself and, at a dot, every more special one
     * (`pull_request` matches `pull_request.opened`). Absent: every type of the source; of the source
     * `manual` the trigger's own name alone.
     */
    eventType: z
      .union([typePattern, z.array(typePattern).min(1)], {
        error: 'expected an event type such as pull_request.opened, a glob, or a list of these',
      })
      .optional(),
    ...whether,
    /** The registered name of the actor to run. */
    actor: z.string().min(1),
    ...inputs,
    ...limits,
    retry: RetrySchema.prefault({}),
    /** How long one attempt may take. */
    timeout: DurationSchema.pipe(
      z.number().min(1, 'expected at least 1ms').max(86_400_000, 'expected at most 24h'),
    ).default(300_000),
    /** The actor that is run for every run that has failed for good. */
    onFailure: z.string().min(1).optional(),
    /** False: of events and runs only ids, outcomes and decisions are kept. */
    persistData: z.boolean().default(true),
    /** How long its events and runs are kept. Absent: as `HEDDLE_RETENTION_DAYS` says. */
    retentionDays: z.number().int().min(1).max(MAX_RETENTION_DAYS).optional(),
    ...completion,
    ...manual,
    ...timed,
  })
  .superRefine((trigger, context) => {
    for (const { path, message } of findContradictions(trigger)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });
export type Trigger = z.infer<typeof TriggerSchema>;
/** As it is written in a triggers file. */
export type WrittenTrigger = z.input<typeof TriggerSchema>;

/** The types of a trigger as a list; `*` where it names none. */
export function toTypePatterns(
  trigger: Pick<Trigger, 'name' | 'source' | 'eventType'>,
): readonly string[] {
  const { name, source, eventType } = trigger;
  if (eventType === undefined) return [OWN_TYPE_SOURCES.includes(source) ? name : '*'];
  return typeof eventType === 'string' ? [eventType] : eventType;
}
