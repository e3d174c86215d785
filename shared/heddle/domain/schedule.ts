import { z } from 'zod';
import { DurationSchema } from './duration.ts';
import { ExcludeSchema } from './excluded-dates.ts';

/** Policies for fires that were missed because nothing ran or the clock was wrong. */
const MISFIRES = ['skip', 'fireOnce', 'catchUp'] as const;

const MIN_INTERVAL_MS = 1000;
const MAX_INTERVAL_MS = 31_536_000_000;

const interval = DurationSchema.pipe(
  z
    .number()
    .min(MIN_INTERVAL_MS, 'expected at least 1s')
    .max(MAX_INTERVAL_MS, 'expected at most 365d'),
);

const count = z.number().int().positive();

/** `{ hours: 6 }`; the units add up. A day is 24 hours, as in an interval. */
const EverySchema = z
  .strictObject(
    {
      weeks: count.optional(),
      days: count.optional(),
      hours: count.optional(),
      minutes: count.optional(),
      seconds: count.optional(),
    },
    {
      // An unknown unit gets the usual message.
      error: ({ code }) =>
        code === 'invalid_type'
          ? 'expected units such as { hours: 6 }; 6h is an interval'
          : undefined,
    },
  )
  .refine((every) => Object.keys(every).length > 0, 'expected a unit, such as hours: 6')
  .refine((every) => toStepMs(every) <= MAX_INTERVAL_MS, 'expected at most 365 days in all');

const UNIT_MS = {
  weeks: 604_800_000,
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1000,
};

/** Milliseconds of `{ hours: 1, minutes: 30 }`. */
export function toStepMs(
  every: {
    readonly [Unit in keyof typeof UNIT_MS]?: number | undefined;
  },
): number {
  const units = Object.entries(every) as [keyof typeof UNIT_MS, number | undefined][];
  return units.reduce((sum, [unit, count = 0]) => sum + UNIT_MS[unit] * count, 0);
}

/** A schedule that needs more of one kind is rather code, such as a poller. */
const MAX_TIMES = 50;

/**
 * Five fields, or six with seconds first; also `@daily` and the like, and `@every 5m`. Its users
 * check it fully.
 */
const cron = z
  .string('expected a cron expression such as 0 8 * * 1-5')
  .trim()
  .regex(
    /^(@\w+|@every\s+\S+|(\S+\s+){4,5}\S+)$/,
    'expected five fields, or six with seconds, such as 0 8 * * 1-5',
  );

/** Daily at this time in the time zone: `02:00`, `02:00:30`. */
const timeOfDay = z
  .string('expected a time such as 02:00')
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'expected a time such as 02:00');

/** One text, or a list of texts that all count. */
function oneOrMore<T extends z.ZodType>(one: T, expected: string) {
  const error = ({ input }: { readonly input?: unknown }) =>
    Array.isArray(input) ? `expected a list of these: ${expected}` : `expected ${expected}`;
  return z.union([one, z.array(one).min(1).max(MAX_TIMES)], { error });
}

const timestamp = z.iso.datetime({
  offset: true,
  error: 'expected a timestamp such as 2026-01-31T08:00:00Z',
});

const WHENS = ['cron', 'interval', 'at', 'every', 'any'] as const;

/** @param schedule its fields may be invalid */
export function findWhenFault(
  schedule: Readonly<Partial<Record<(typeof WHENS)[number], unknown>>>,
): string | undefined {
  const given = WHENS.filter((field) => schedule[field] !== undefined);
  if (given.length === 1) return undefined;
  const found = given.length === 0 ? 'none' : given.join(' and ');
  return `expected one of cron, interval, at and every, received ${found}`;
}

/** Fields that say when, of which exactly one is given. */
const when = {
  /** Several fire at the times of each, and once where these coincide. */
  cron: oneOrMore(cron, 'five fields, or six with seconds, such as 0 8 * * 1-5').optional(),
  /** `30s`, `5m`, `1h`, `1d`, `1w`: counted from `start` or 1970, so that all instances agree. */
  interval: interval.optional(),
  at: oneOrMore(timeOfDay, 'a time such as 02:00').optional(),
  every: EverySchema.optional(),
};

const bounds = {
  start: timestamp.optional(),
  end: timestamp.optional(),
  /** Local dates on which nothing fires. A name is that of a calendar of the file. */
  exclude: ExcludeSchema.optional(),
};

/** IANA name: `America/New_York`; or the name that Windows has for a zone. */
const timezone = z.string().min(1).max(64);
const skippedTime = z.enum(['fire', 'skip']);
const repeatedTime = z.enum(['once', 'twice']);

/** A part of `any`. What it leaves out of these fields is as in the whole schedule. */
const PartSchema = z
  .strictObject({
    ...when,
    ...bounds,
    timezone: timezone.optional(),
    enabled: z.boolean().optional(),
    skippedTime: skippedTime.optional(),
    repeatedTime: repeatedTime.optional(),
  })
  .superRefine(refineWhen);
export type SchedulePart = z.infer<typeof PartSchema>;

const parts = z
  .array(
    z.union([cron.transform((text): SchedulePart => ({ cron: text })), PartSchema], {
      error:
        'expected a cron expression such as "0 8 * * 1-5", or an object such as { at: "02:00" }',
    }),
  )
  .min(1)
  .max(MAX_TIMES);

/** Has exactly one of `cron`, `interval`, `at`, `every` and `any`. */
export const ScheduleObjectSchema = z
  .strictObject({
    ...when,
    /** Fires whenever one of these does, and once where they coincide. */
    any: parts.optional(),
    timezone: timezone.default('UTC'),
    ...bounds,
    /** Each fire is delayed by a random part of this. */
    jitter: DurationSchema.pipe(z.number().max(86_400_000, 'expected at most 1d')).default(0),
    enabled: z.boolean().default(true),
    /** Policy for missed fires. */
    misfire: z.enum(MISFIRES).default('fireOnce'),
    /** Fires missed longer ago are dropped, whatever `misfire` says. */
    catchUpWindow: interval.default(86_400_000),
    /** Fires that are late by no more than this count as on time for `misfire`. */
    grace: interval.default(30_000),
    /**
     * A local time skipped by a clock change fires right after the change, or not at all. This and
     * `repeatedTime` apply where hours are named: a cron for every hour follows real time.
     */
    skippedTime: skippedTime.default('fire'),
    /** A local time that occurs twice fires the first time, or both times. */
    repeatedTime: repeatedTime.default('once'),
  })
  .superRefine(refineWhen);
export type Schedule = z.infer<typeof ScheduleObjectSchema>;

function refineWhen(schedule: Parameters<typeof findWhenFault>[0], context: z.RefinementCtx): void {
  const message = findWhenFault(schedule);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
}

/** The parts are parsed already: parsed again, their milliseconds would count as seconds. */
function toDefaults(): Omit<Schedule, 'cron'> {
  const { cron: _given, ...defaults } = ScheduleObjectSchema.parse({ cron: '@daily' });
  return defaults;
}

/** A cron text, a list whose parts all count, or an object with all fields. */
export const ScheduleSchema = z.union(
  [
    cron.transform((text): Schedule => ScheduleObjectSchema.parse({ cron: text })),
    parts.transform((any): Schedule => ({ any, ...toDefaults() })),
    ScheduleObjectSchema,
  ],
  {
    error:
      'expected a cron expression such as "0 8 * * 1-5", an object such as { interval: 5m }, or a list of these',
  },
);

/** The poller of a trigger, and its interval. */
export const PollSchema = z.strictObject({
  /** Registered name of the poller, or of a built-in one: `files`, `http-health` … */
  poller: z.string().min(1).max(64),
  /** Absent: the poller's own interval. */
  interval: interval.optional(),
  /** Maximum time of one poll. */
  timeout: DurationSchema.pipe(
    z.number().min(100, 'expected at least 100ms').max(600_000, 'expected at most 10m'),
  ).default(10_000),
  enabled: z.boolean().default(true),
  /** The poller's options. */
  with: z.record(z.string(), z.unknown()).default({}),
});
