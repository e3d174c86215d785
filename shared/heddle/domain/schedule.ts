import { z } from 'zod';
import { DurationSchema } from './duration.ts';

/** What becomes of fires that were missed: while nothing ran, or while the clock was wrong. */
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

/** `{ hours: 6 }`; what is given adds up. A day is 24 hours, as that of an interval. */
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
      // Of an unknown unit the message is the usual one.
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

/** Of `{ hours: 1, minutes: 30 }`. */
export function toStepMs(
  every: {
    readonly [Unit in keyof typeof UNIT_MS]?: number | undefined;
  },
): number {
  const units = Object.entries(every) as [keyof typeof UNIT_MS, number | undefined][];
  return units.reduce((sum, [unit, count = 0]) => sum + UNIT_MS[unit] * count, 0);
}

/** Five fields, or six with seconds first; `@daily` and its like. Checked in full where it is used. */
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

/** @param schedule with fields that need not be sound */
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

/** Exactly one of `cron`, `interval`, `at` and `every` says when. */
export const ScheduleObjectSchema = z
  .strictObject({
    cron: cron.optional(),
    /** `30s`, `5m`, `1h`, `1d`, `1w`: counted from `start`, or from 1970, so that all instances agree. */
    interval: interval.optional(),
    /** Daily, by the clock of the time zone: `02:00`, `02:00:30`. */
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'expected a time such as 02:00')
      .optional(),
    every: EverySchema.optional(),
    /** IANA name: `America/New_York`. */
    timezone: z.string().min(1).max(64).default('UTC'),
    start: timestamp.optional(),
    end: timestamp.optional(),
    /** Each fire is put off by its own random part of this. */
    jitter: DurationSchema.pipe(z.number().max(86_400_000, 'expected at most 1d')).default(0),
    enabled: z.boolean().default(true),
    /** As of a trigger; said here for whoever looks for it beside the times. */
    misfire: z.enum(MISFIRES).default('fireOnce'),
    /** What was missed longer ago is gone, whatever `misfire` says. */
    catchUpWindow: interval.default(86_400_000),
    /** A fire that is late by no more than this is on time as far as `misfire` goes. */
    grace: interval.default(30_000),
    /**
     * A local time that the clocks leave out fires when they have gone forward, or not at all. This
     * and the next hold where hours are named: a cron for every hour follows real time.
     */
    skippedTime: z.enum(['fire', 'skip']).default('fire'),
    /** A local time that comes twice fires the first time, or both times. */
    repeatedTime: z.enum(['once', 'twice']).default('once'),
  })
  .superRefine((schedule, context) => {
    const message = findWhenFault(schedule);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
export type Schedule = z.infer<typeof ScheduleObjectSchema>;

/** A cron text alone, or all of it. */
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

/** What is polled, and how often. */
export const PollSchema = z.strictObject({
  /** The registered name of the poller, or of a built-in one: `files`, `http-health` … */
  poller: z.string().min(1).max(64),
  /** Absent: as the poller says. */
  interval: interval.optional(),
  /** One poll takes no longer. */
  timeout: DurationSchema.pipe(
    z.number().min(100, 'expected at least 100ms').max(600_000, 'expected at most 10m'),
  ).default(10_000),
  enabled: z.boolean().default(true),
  /** What the poller is configured with. */
  with: z.record(z.string(), z.unknown()).default({}),
});
