import { z } from 'zod';
import { DurationSchema } from './duration.ts';
import { isDeeperThan, type JsonObject, JsonObjectSchema } from './json.ts';
import { RetrySchema } from './retry.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'expected letters, digits, ".", "_" or "-", at most 64');

/** `pull_request`, `pull_request.opened`, `pull_request.*`, `*`. */
const typePattern = z
  .string()
  .regex(
    /^[\w*-]+([.:/][\w*-]+)*$/,
    'expected an event type such as pull_request.opened, or a glob',
  );

/** YAML's anchors can tie a knot; what passes here can be walked and shown. */
const MAX_DEPTH = 50;

const jsonObject = JsonObjectSchema.refine(
  (value) => !isDeeperThan(value, MAX_DEPTH),
  `expected at most ${MAX_DEPTH} levels`,
);

/** A rule: when such an event comes, run that actor. */
export const TriggerSchema = z.strictObject({
  /** Unique; part of every run's id, so renaming a trigger makes its old events new to it. */
  name,
  description: z.string().max(1000).optional(),
  /** The source that must have received the event: `github`. */
  source: z.string().min(1).max(128),
  /**
   * Types that match, one or several: the type itself and, at a dot, every more special one
   * (`pull_request` matches `pull_request.opened`). Absent: every type of the source.
   */
  eventType: z
    .union([typePattern, z.array(typePattern).min(1)], {
      error: 'expected an event type such as pull_request.opened, a glob, or a list of these',
    })
    .optional(),
  enabled: z.boolean().default(true),
  /** Fields of the event and the values they must have; nested objects and dotted keys reach in. */
  conditions: jsonObject.default({} as JsonObject),
  /** The registered name of the actor to run. */
  actor: z.string().min(1),
  /** Input of the actor, as it stands. With neither this nor `variables` the input is the event. */
  defaultInputs: jsonObject.optional(),
  /**
   * Input of the actor, laid over `defaultInputs` key by key. Every string at any depth is a Jinja
   * template over `event`, `fields` and `trigger`: `{{ event.pull_request.head.sha[:8] }}`.
   */
  variables: jsonObject.optional(),
  /**
   * A Jinja template over `event` and `fields`: events whose key renders to the same text run one
   * after the other, in the order of their arrival.
   */
  orderingKey: z
    .string()
    .min(1, 'expected a template such as {{ event.repository.full_name }}')
    .max(500, 'expected a template of at most 500 characters')
    .optional(),
  retry: RetrySchema.prefault({}),
  /** How long one attempt may take. */
  timeout: DurationSchema.pipe(z.number().min(1).max(86_400_000)).default(300_000),
});
export type Trigger = z.infer<typeof TriggerSchema>;

/** The types of a trigger as a list; `*` where it names none. */
export function toTypePatterns(trigger: Pick<Trigger, 'eventType'>): readonly string[] {
  const { eventType } = trigger;
  if (eventType === undefined) return ['*'];
  return typeof eventType === 'string' ? [eventType] : eventType;
}
