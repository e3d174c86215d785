import { z } from 'zod';
import { toFieldFaults } from '../domain/field-faults.ts';
import { type Schedule, ScheduleSchema } from '../domain/schedule.ts';
import { createWholeNumberSchema } from '../domain/whole-number.ts';
import { RejectedError } from '../errors/errors.ts';
import { findSchedule, type NextFire, type ScheduleCatalogue } from './schedule-catalogue.ts';

export interface SchedulePreview {
  readonly schedule: Schedule;
  /** Fires without jitter, listed even where the schedule is disabled. */
  readonly fires: readonly NextFire[];
  /** Fires up to the last of these that `exclude` leaves out, as far as there are any. */
  readonly excluded?: readonly NextFire[];
}

const MAX_EXCLUDED = 100;

const count = createWholeNumberSchema(1, 1000).default(10);

export const CountSchema = z.strictObject({ count });

export const PreviewSchema = z.strictObject({
  count,
  /** A cron expression, or the JSON of a schedule as in a triggers file: an object or a list. */
  schedule: z.string().min(1).max(2000),
  /** Overrides the schedule's own time zone. */
  timezone: z.string().min(1).max(64).optional(),
});

/** Lists the next fires of a trigger. */
export async function previewTrigger(
  catalogue: ScheduleCatalogue,
  name: string,
  asked: z.output<typeof CountSchema>,
): Promise<SchedulePreview> {
  const { schedule } = await catalogue.timesOf(findSchedule(catalogue, name));
  return preview(catalogue, schedule, asked.count);
}

/**
 * Lists the next fires of a schedule that does not exist yet.
 * @throws {RejectedError} 400 that says what is wrong with it
 */
export async function previewSchedule(
  catalogue: ScheduleCatalogue,
  asked: z.output<typeof PreviewSchema>,
): Promise<SchedulePreview> {
  const parsed = parseSchedule(asked.schedule);
  const schedule = { ...parsed, timezone: asked.timezone ?? parsed.timezone };
  const fault = await catalogue.findFault(schedule);
  if (fault !== undefined) refuse(fault);
  return preview(catalogue, schedule, asked.count);
}

async function preview(catalogue: ScheduleCatalogue, schedule: Schedule, count: number) {
  const from = catalogue.clock.now();
  const fires = await catalogue.preview(schedule, { from, count });
  const until = Date.parse(fires.at(-1)?.utc ?? new Date(from).toISOString());
  const range = { from, until, count: MAX_EXCLUDED };
  const excluded = await catalogue.previewExcluded(schedule, range);
  return { schedule, fires, ...(excluded.length > 0 ? { excluded } : {}) };
}

function parseSchedule(text: string): Schedule {
  const parsed = ScheduleSchema.safeParse(/^\s*[{[]/.test(text) ? parse(text) : text);
  if (parsed.success) return parsed.data;
  const faults = toFieldFaults(parsed.error.issues, ScheduleSchema);
  return refuse(faults.map(({ message }) => message).join('; '));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(
      'expected a cron expression, or an object or a list as JSON such as {"interval":"5m"}',
    );
  }
}

function refuse(why: string): never {
  throw new RejectedError(
    'schedule_invalid',
    `The schedule cannot be: ${why}${why.endsWith('?') ? '' : '.'}`,
  );
}
