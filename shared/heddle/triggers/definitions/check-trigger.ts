import type { z } from 'zod';
import { type FieldFault, toFieldFault, toFieldFaults } from '../../domain/field-faults.ts';
import { findWhenFault, ScheduleObjectSchema } from '../../domain/schedule.ts';
import { type Trigger, TriggerSchema } from '../../domain/trigger.ts';
import { findContradictions } from '../../domain/trigger-rules.ts';
import type { ConditionFault } from '../conditions/index.ts';
import type { findPathFaults } from '../inputs/index.ts';
import type { findScheduleFaults } from '../schedules/index.ts';
import type { findTemplateFaults } from '../templates/index.ts';
import type { TextFault } from '../text-fault.ts';

/** Checks of a trigger's texts; each is present only if it was loaded. */
export interface TextChecks {
  /** Finds faults in a trigger's templates. Absent when no trigger has any. */
  readonly findTemplateFaults?: typeof findTemplateFaults;
  /** Finds faults in a trigger's paths. Absent when no trigger has any. */
  readonly findPathFaults?: typeof findPathFaults;
  /** Finds why a trigger's schedule cannot fire. Absent when no trigger has one. */
  readonly findScheduleFaults?: typeof findScheduleFaults;
  readonly findConditionFaults?: (trigger: Trigger) => readonly ConditionFault[];
  readonly findConditionDoubts?: (trigger: Trigger) => readonly ConditionFault[];
  readonly findSchemaFaults?: (trigger: Trigger) => readonly ConditionFault[];
  readonly findPollFaults?: (trigger: Trigger) => readonly ConditionFault[];
  /** Finds what may be a mistake in a trigger without faults. */
  readonly findPollDoubts?: (trigger: Trigger) => readonly ConditionFault[];
  /** Finds what can never work in the input of a built-in actor, and in the options of a poller. */
  readonly findInputFaults?: (trigger: Trigger) => readonly ConditionFault[];
}

/** Compiling a schema pays for itself only when it is used often. */
const ONCE = { jitless: true } as const;

export interface Checked {
  readonly trigger?: Trigger;
  readonly faults: readonly FieldFault[];
}

/**
 * Finds all faults: one in a field does not hide those of other fields, or between fields.
 * @param isOften whether so many are checked that the schema is compiled
 */
export function checkTrigger(item: unknown, checks: TextChecks, isOften = false): Checked {
  const parsed = TriggerSchema.safeParse(item, isOften ? {} : ONCE);
  if (parsed.success) {
    const faults = findTextFaults(parsed.data, checks).map((fault) => toWrittenPath(fault, item));
    return { trigger: parsed.data, faults };
  }
  const own = toFieldFaults(parsed.error.issues, TriggerSchema);
  if (typeof item !== 'object' || item === null) return { faults: own };
  const sound = readSoundFields(item as Readonly<Record<string, unknown>>);
  const between = findContradictions({ ...item, ...sound });
  const within = sound.schedule ? [] : findWithinSchedule(item, checks);
  const combined = [...between, ...within].map(({ path, message }) => toFieldFault(path, message));
  const said = new Set(own.map(({ message }) => message));
  const usable = { name: '', source: '', actor: '', ...sound } as Trigger;
  const more = [...combined, ...findTextFaults(usable, checks)];
  return { faults: [...own, ...more.filter(({ message }) => !said.has(message))] };
}

/** Reads the valid fields of a trigger. Invalid ones count as absent. */
function readSoundFields(item: Readonly<Record<string, unknown>>): Partial<Trigger> {
  const shape: Readonly<Record<string, z.ZodType>> = TriggerSchema.shape;
  const fields = Object.entries(shape).flatMap(([name, schema]) => {
    const written = schema.safeParse(item[name], ONCE);
    const read = written.success ? written : schema.safeParse(undefined, ONCE);
    return read.success && read.data !== undefined ? [[name, read.data] as const] : [];
  });
  return Object.fromEntries(fields);
}

/** Finds further faults in a schedule with an invalid field. */
function findWithinSchedule(
  { schedule }: { readonly schedule?: unknown },
  { findScheduleFaults }: TextChecks,
): readonly TextFault[] {
  if (typeof schedule !== 'object' || schedule === null || Array.isArray(schedule)) return [];
  const message = findWhenFault(schedule);
  const when = message === undefined ? [] : [{ path: ['schedule'], message }];
  const readable = readTexts(schedule);
  return [...when, ...((readable && findScheduleFaults?.({ schedule: readable })) ?? [])];
}

/** The schedule's cron, if it can be parsed, and its time zone. */
function readTexts(schedule: { readonly cron?: unknown; readonly timezone?: unknown }) {
  const { cron, timezone } = ScheduleObjectSchema.shape;
  const isCron = schedule.cron !== undefined && cron.safeParse(schedule.cron, ONCE).success;
  const when = isCron ? { cron: schedule.cron } : { interval: '1h' };
  const zone = timezone.safeParse(schedule.timezone, ONCE).data;
  return ScheduleObjectSchema.safeParse({ ...when, timezone: zone }, ONCE).data;
}

/** A list stands for `any` of a schedule, which its faults name. */
function toWrittenPath(fault: FieldFault, item: unknown): FieldFault {
  const { path, message } = fault;
  const isInList = path[0] === 'schedule' && path[1] === 'any';
  const { schedule } = item as { readonly schedule?: unknown };
  if (!isInList || !Array.isArray(schedule)) return fault;
  return {
    path: path.filter((_, index) => index !== 1),
    message: message.replace(/^schedule\.any\b/, 'schedule'),
  };
}

function findTextFaults(trigger: Trigger, checks: TextChecks): readonly FieldFault[] {
  const faults = [
    ...(checks.findConditionFaults?.(trigger) ?? []),
    ...(checks.findSchemaFaults?.(trigger) ?? []),
    ...(checks.findPollFaults?.(trigger) ?? []),
    ...(checks.findInputFaults?.(trigger) ?? []),
    ...(checks.findTemplateFaults?.(trigger) ?? []),
    ...(checks.findPathFaults?.(trigger) ?? []),
    ...(checks.findScheduleFaults?.(trigger) ?? []),
  ];
  return faults.map(({ path, message }) => toFieldFault(path, message));
}
