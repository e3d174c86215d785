import { z } from 'zod';

const MAX_REASON_CHARS = 500;
const reason = z.string().trim().min(1).max(MAX_REASON_CHARS).optional();

export const PauseSchema = z.strictObject({
  /** The reason, shown where the trigger is paused. Without one, an earlier reason stays. */
  message: reason,
});

export const CancelSchema = z.strictObject({ reason });
