import { z } from 'zod';
import { DurationSchema } from './duration.ts';
import { toObjectError } from './object-error.ts';

const MAX_TEMPLATE_CHARS = 500;

/** A path without braces, which would render to the same text for every event. */
const BARE_PATH = /^\s*(\$|(event|fields|trigger)\b)[.[]/;

/** A Jinja template over `event`, `fields` and `trigger` whose text groups events. */
export const KeyTemplateSchema = z
  .string()
  .min(1, 'expected a template such as {{ event.repository.full_name }}')
  .max(MAX_TEMPLATE_CHARS, `expected a template of at most ${MAX_TEMPLATE_CHARS} characters`)
  .refine(
    (text) => !BARE_PATH.test(text),
    'expected a template such as {{ event.id }}: without braces it is the same for every event',
  );

/** A window with this many events closes: its run keeps their keys in one document. */
export const MAX_GATHERED = 1000;

const wait = DurationSchema.pipe(
  z.number().min(100, 'expected at least 100ms').max(604_800_000, 'expected at most 7d'),
);

/** `debounce`: one run for all events of a window, which closes once no event has come for a while. */
export const DebounceSchema = z.strictObject(
  {
    /** The window closes when no event has come for this long. */
    wait,
    /** The window closes after this long even if events keep coming. Absent: seven days. */
    maxWait: wait.optional(),
    /** Events whose key renders to the same text share a window. Absent: all of the trigger. */
    key: KeyTemplateSchema.optional(),
  },
  toObjectError('{ wait: 5s }'),
);

/** `batch`: one run for `size` events, or for fewer once the first has waited long enough. */
export const BatchSchema = z.strictObject(
  {
    size: z.number().int().min(1).max(MAX_GATHERED),
    /** The first event waits no longer than this. */
    wait,
    /** As in {@link DebounceSchema}. */
    key: KeyTemplateSchema.optional(),
  },
  toObjectError('{ size: 10, wait: 5s }'),
);
export type Batch = z.infer<typeof BatchSchema>;

/** `dedupe`: one run for all events with the same key within a window; later ones are skipped. */
export const DedupeSchema = z.strictObject(
  {
    key: KeyTemplateSchema,
    /** Starts with the first event. */
    window: DurationSchema.pipe(z.number().min(1000, 'expected at least 1s')),
  },
  toObjectError('{ key: "{{ event.id }}", window: 1h }'),
);

const MAX_THROTTLE_MS = 31 * 86_400_000;

const pace = {
  /** Maximum number of runs that begin within any `period`. */
  limit: z.number().int().min(1).max(1000),
  period: DurationSchema.pipe(
    z.number().min(1000, 'expected at least 1s').max(MAX_THROTTLE_MS, 'expected at most 31d'),
  ),
};
const THROTTLE_EXAMPLE = toObjectError('{ limit: 5, period: 1m }');

/** `throttle`: runs beyond the limit wait in line until the period lets the next one begin. */
export const ThrottleSchema = z.strictObject(
  {
    ...pace,
    /** Runs whose key renders to the same text are counted together. Absent: all of the trigger. */
    key: KeyTemplateSchema.optional(),
  },
  THROTTLE_EXAMPLE,
);

const maxConcurrent = z.number().int().min(1).max(1000);

const named = {
  /** Maximum number of concurrent runs of all triggers that name the limit, or of each `key`. */
  maxConcurrent: maxConcurrent.optional(),
  /** Events whose key renders to the same text are counted together. */
  key: KeyTemplateSchema.optional(),
  /** Maximum number of runs of all these triggers that begin within a period. */
  throttle: z.strictObject(pace, THROTTLE_EXAMPLE).optional(),
};

/** A limit under `limits:`, which the triggers that name it share. */
export const SharedLimitSchema = z
  .strictObject(named, toObjectError('{ maxConcurrent: 5 }'))
  .refine(
    (limit) => limit.maxConcurrent !== undefined || limit.throttle !== undefined,
    'it limits nothing: expected maxConcurrent, throttle, or both',
  );

/** Names of limits that triggers share. */
export const LIMIT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Name of a limit under `limits:`. When the file is read, the limit itself takes its place. */
export const LimitReferenceSchema = z.union(
  [
    z.string().regex(LIMIT_NAME, 'expected letters, digits, ".", "_" or "-", at most 64'),
    z.strictObject({ name: z.string().regex(LIMIT_NAME), ...named }),
  ],
  { error: 'expected the name of a limit under limits:, such as api' },
);

/**
 * Policies for a run that finds every slot taken. `skip`: it is not made. `queue`: it waits in
 * line. `replace`: the runs that hold slots are cancelled and it begins at once. `cancelOther`:
 * those runs are asked to end, and it begins when they have. The last two also cancel the runs that
 * wait in line.
 */
export const OVERLAPS = ['queue', 'skip', 'replace', 'cancelOther'] as const;

/** Policies for the runs of a paused trigger, until it is resumed. */
export const PAUSE_POLICIES = ['hold', 'drop', 'keepLast'] as const;
export type PausePolicy = (typeof PAUSE_POLICIES)[number];

/** Reasons that can keep a run of a matching trigger from beginning. */
export const LIMITS = [
  'maxConcurrent',
  'limit',
  'throttle',
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

/** The limit that has kept a run from beginning, or keeps it waiting. */
export const HeldSchema = z.strictObject({
  limit: z.enum(LIMITS),
  /** For a person: `3 of 3 are running`. */
  detail: z.string(),
  /** The key that the limit counts by, if it has one. */
  key: z.string().optional(),
  /** ISO 8601, UTC: the end of the hold, if known. */
  until: z.iso.datetime().optional(),
  /** The run that gathered this one's event, holds its slot, or was kept instead of it. */
  by: z.string().optional(),
});
export type Held = z.infer<typeof HeldSchema>;
