import { z } from 'zod';
import { MAX_ID_CHARS, MAX_TYPE_CHARS, toEventType } from './names.ts';

/** Type of an emitted event: `user.created`. */
export const EmittedTypeSchema = z
  .string()
  .max(MAX_TYPE_CHARS, `expected at most ${MAX_TYPE_CHARS} characters`)
  .refine(
    (type) => toEventType(type) === type && !type.includes('*'),
    'expected a type such as user.created',
  );

/** Id that the sender gives an emitted event. */
export const EmittedIdSchema = z
  .string()
  .regex(
    new RegExp(`^[\\x21-\\x7e]{1,${MAX_ID_CHARS}}$`),
    `expected 1 to ${MAX_ID_CHARS} ASCII characters without spaces`,
  );

/** Retention of a module's events. */
const ModuleEventConfigSchema = z.strictObject({
  /**
   * False: their payloads are not stored, whatever the triggers say, except while a trigger with
   * `debounce` or `batch` gathers them. Outputs and states of runs are kept as their triggers say.
   */
  persistData: z.boolean().optional(),
  /** Retention in days, unless a trigger that takes the event sets its own. */
  retentionDays: z.number().int().min(1).max(3650).optional(),
});
export type ModuleEventConfig = Readonly<z.input<typeof ModuleEventConfigSchema>>;

const text = z.string().min(1);

/** Definition of a module's event, without its schema, as checked on registration. */
export const ModuleEventHeadSchema = z.strictObject({
  name: EmittedTypeSchema,
  displayName: text.max(200).optional(),
  description: text.max(1000).optional(),
  source: text.max(128),
  config: ModuleEventConfigSchema.optional(),
});
