import { z } from 'zod';
import { KeyTemplateSchema } from './limits.ts';

/** Maximum number of runs of one trigger for one event. */
export const MAX_ITEMS = 1000;

/** As many items run where `max` does not say it. */
export const DEFAULT_ITEMS = 100;

const path = z
  .string()
  .max(1000, 'expected a path of at most 1000 characters')
  .regex(/^\$/, 'expected a path such as $.items');

const max = z.number().int().min(1).max(MAX_ITEMS);

/** `forEach`: a run for each item of a list of the event. */
export const ForEachSchema = z.union(
  [
    path,
    z.strictObject({
      /** JSONPath to the list, or to several values. */
      path,
      /** Items beyond it make no run, and the decision counts them. */
      max: max.optional(),
      /** Items for which it renders to the same text run once. */
      key: KeyTemplateSchema.optional(),
    }),
  ],
  'expected a path such as $.items, or { path: $.items, max: 500, key: "{{ item.id }}" }',
);

/** The list of an event whose items run, as it was when the event was matched. */
export const FannedOutSchema = z.strictObject({
  path: z.string(),
  max: z.number(),
  key: z.string().optional(),
  /** Number of runs. */
  count: z.number(),
  /** Number of items beyond `max`, which made no run. */
  beyond: z.number().optional(),
  /** Number of items with the key of an earlier one, which made no run of their own. */
  repeated: z.number().optional(),
});
export type FannedOut = z.infer<typeof FannedOutSchema>;

export type ForEach = Pick<FannedOut, 'path' | 'max' | 'key'>;

export function toForEach(written: z.infer<typeof ForEachSchema>): ForEach {
  if (typeof written === 'string') return { path: written, max: DEFAULT_ITEMS };
  return { ...written, max: written.max ?? DEFAULT_ITEMS };
}

/** The item that a run is about. */
export const RunItemSchema = z.strictObject({
  /** Position in the list, from 0. */
  index: z.number().int().nonnegative(),
  /** Where the list is in the event. */
  path: z.string(),
});
export type RunItem = z.infer<typeof RunItemSchema>;
