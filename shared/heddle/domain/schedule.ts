import { z } from 'zod';
import { DurationSchema } from './duration.ts';

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

/** Five fields, or six with seconds first; also `@daily` and the like. Its users check it fully. */
const cron = z
  .string()
  .trim()
  .regex(
    /^(@\w+|(\S+\s+){4,5}\S+)$/,
    'expected five fields, or six with seconds, such as 0 8 * * 1-5',
  );

const timestamp = z.iso.datetime({
  offset: true,
  error: 'expected a timestamp such as 2026-01-31T08:00:00Z',
});

/** @param schedule its fields may be invalid */
export function findWhenFault(
  schedule: Readonly<Partial<Record<'cron' | 'interval' | 'at' | 'every', unknown>>>,
): string | undefined {
  const given = (['cron', 'interval', 'at', 'every'] as const).filter(
    (field) => schedule[field] !== undefined,
  );
  if (given.length === 1) return undefined;
  const found = given.length === 0 ? 'none' : given.join(' and ');
  return `expected one of cron, interval, at and every, received ${found}`;
}

/** Has exactly one of `cron`, `interval`, `at` and `every`. */
export const ScheduleObjectSchema = z
  .strictObject({
    cron: cron.optional(),
    /** `30s`, `5m`, `1h`, `1d`, `1w`: counted from `start` or 1970, so that all instances agree. */
    interval: interval.optional(),
    /** Daily at this time in the time zone: `02:00`, `02:00:30`. */
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'expected a time such as 02:00')
      .optional(),
    every: EverySchema.optional(),
    /** IANA name: `America/New_York`. */
    timezone: z.string().min(1).max(64).default('UTC'),
    start: timestamp.optional(),
    end: timestamp.optional(),
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
    skippedTime: z.enum(['fire', 'skip']).default('fire'),
    /** A local time that occurs twice fires the first time, or both times. */
    repeatedTime: z.enum(['once', 'twice']).default('once'),
  })
  .superRefine((schedule, context) => {
    const message = findWhenFault(schedule);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
export type Schedule = z.infer<typeof ScheduleObjectSchema>;

/** A cron text, or an object with all fields. */
export const ScheduleSchema = z.union(
  [
    cron.transform((text): Schedule => ScheduleObjectSchema.parse({ cron: text })),
    ScheduleObjectSchema,
  ],
  {
    error:
      'expected a cron expression such as "0 8 * * 1-5", or an object such as { interval: 5m }',
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
