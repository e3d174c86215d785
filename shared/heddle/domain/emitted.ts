import { z } from 'zod';

const MAX_ID_CHARS = 512;

/** What an emitted event may be called: `user.created`. */
export const EmittedTypeSchema = z
  .string()
  .max(256, 'expected at most 256 characters')
  .regex(/^[\w-]+([.:/][\w-]+)*$/, 'expected a type such as user.created');

/** What tells an emitted event apart, where its sender says so. */
export const EmittedIdSchema = z
  .string()
  .regex(
    new RegExp(`^[\\x21-\\x7e]{1,${MAX_ID_CHARS}}$`),
    `expected 1 to ${MAX_ID_CHARS} ASCII characters without spaces`,
  );

/** How events of a module are kept. */
const ModuleEventConfigSchema = z.strictObject({
  /**
   * False: their payloads are not kept with them, whatever their triggers say, but for what a trigger
   * with `debounce` or `batch` has to gather. Of runs, outputs and states are kept as their triggers say.
   */
  persistData: z.boolean().optional(),
  /** For how long, where the triggers that take them say nothing. */
  retentionDays: z.number().int().min(1).max(3650).optional(),
});
export type ModuleEventConfig = Readonly<z.input<typeof ModuleEventConfigSchema>>;

const text = z.string().min(1);

/** What is checked of a module's event when it is registered, beside its schema. */
export const ModuleEventHeadSchema = z.strictObject({
  name: EmittedTypeSchema,
  displayName: text.max(200).optional(),
  description: text.max(1000).optional(),
  source: text.max(128),
  config: ModuleEventConfigSchema.optional(),
});
