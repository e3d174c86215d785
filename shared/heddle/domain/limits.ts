import { z } from 'zod';
import { DurationSchema } from './duration.ts';
import { toObjectError } from './object-error.ts';

const MAX_TEMPLATE_CHARS = 500;

/** What was meant as a path would be a text that is the same for every event. */
const BARE_PATH = /^\s*(\$|(event|fields|trigger)\b)[.[]/;

/** A Jinja template over `event`, `fields` and `trigger` whose text tells events apart. */
export const KeyTemplateSchema = z
  .string()
  .min(1, 'expected a template such as {{ event.repository.full_name }}')
  .max(MAX_TEMPLATE_CHARS, `expected a template of at most ${MAX_TEMPLATE_CHARS} characters`)
  .refine(
    (text) => !BARE_PATH.test(text),
    'expected a template such as {{ event.id }}: without braces it is the same for every event',
  );

/** More, and the window closes: its run has them all in one document. */
export const MAX_GATHERED = 1000;

const wait = DurationSchema.pipe(
  z.number().min(100, 'expected at least 100ms').max(604_800_000, 'expected at most 7d'),
);

/** One run for all events of a window that closes once none has come for a while. */
export const DebounceSchema = z.strictObject(
  {
    /** The window closes when no event has come for so long. */
    wait,
    /** It closes after so long even if events go on coming. Absent: seven days. */
    maxWait: wait.optional(),
    /** Events whose key renders to the same text share a window. Absent: all of the trigger. */
    key: KeyTemplateSchema.optional(),
  },
  toObjectError('{ wait: 5s }'),
);

/** One run for so many events, or for what has come when the first has waited long enough. */
export const BatchSchema = z.strictObject(
  {
    size: z.number().int().min(1).max(MAX_GATHERED),
    /** The first event waits no longer than this. */
    wait,
    /** As of {@link DebounceSchema}. */
    key: KeyTemplateSchema.optional(),
  },
  toObjectError('{ size: 10, wait: 5s }'),
);
export type Batch = z.infer<typeof BatchSchema>;

/** One run for all events of a key within a window: those after the first are skipped. */
export const DedupeSchema = z.strictObject(
  {
    key: KeyTemplateSchema,
    /** From the first event on. */
    window: DurationSchema.pipe(z.number().min(1000, 'expected at least 1s')),
  },
  toObjectError('{ key: "{{ event.id }}", window: 1h }'),
);

/**
 * What becomes of a run that finds every slot taken: `skip`: it is not made; `queue`: it waits its
 * turn; `replace`: those that run are cancelled and it begins at once; `cancelOther`: those that run
 * are asked to end, and it begins when they have. The last two also cancel those that wait.
 */
export const OVERLAPS = ['queue', 'skip', 'replace', 'cancelOther'] as const;

/** What becomes of the runs of a trigger that is paused, until it is resumed. */
export const PAUSE_POLICIES = ['hold', 'drop', 'keepLast'] as const;

/** What may keep a run of a trigger that matched from beginning. */
export const LIMITS = [
  'maxConcurrent',
  'allowConcurrent',
  'cooldown',
  'dedupe',
  'debounce',
  'batch',
  'paused',
  'disabled',
  'error',
  'depth',
  'replay',
  'misfire',
] as const;

/** Which limit has kept a run from beginning, or keeps it waiting. */
export const HeldSchema = z.strictObject({
  limit: z.enum(LIMITS),
  /** For a person: `3 of 3 are running`. */
  detail: z.string(),
  /** The key that the limit counts by, where it has one. */
  key: z.string().optional(),
  /** ISO 8601, UTC: until when it holds, where that is known. */
  until: z.iso.datetime().optional(),
  /** The run that has taken this one's event in, or its place. */
  by: z.string().optional(),
});
export type Held = z.infer<typeof HeldSchema>;
