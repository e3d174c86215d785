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
const MAX_CONDITIONS_DEPTH = 50;

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
  conditions: JsonObjectSchema.refine(
    (value) => !isDeeperThan(value, MAX_CONDITIONS_DEPTH),
    `expected at most ${MAX_CONDITIONS_DEPTH} levels`,
  ).default({} as JsonObject),
  /** The registered name of the actor to run. */
  actor: z.string().min(1),
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
