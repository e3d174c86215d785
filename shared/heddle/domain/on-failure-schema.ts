import { z } from 'zod';
import { BatchSchema } from './limits.ts';

const actor = z.string().min(1);

/** The actor that runs after every run that has failed for good, and how failures are gathered. */
export const FailureActorSchema = z.strictObject({
  actor,
  /** One run for all failures of the trigger with the same error code within the window. */
  group: z.strictObject({ window: BatchSchema.shape.wait }).optional(),
});

const EXPECTED = 'expected the name of an actor, or { actor: alert, group: { window: 10m } }';

/** `onFailure` of the file's `defaults`. */
export const DefaultOnFailureSchema = z.union([actor, FailureActorSchema], EXPECTED);

/** `onFailure` of a trigger; false: not even that of the file's `defaults`. */
export const OnFailureSchema = z.union(
  [actor, z.literal(false), FailureActorSchema],
  `${EXPECTED}, or false`,
);

type FailureActor = z.infer<typeof FailureActorSchema>;

export function toFailureActor(
  written: z.infer<typeof OnFailureSchema> | undefined,
): FailureActor | undefined {
  if (written === undefined || written === false) return undefined;
  return typeof written === 'string' ? { actor: written } : written;
}
