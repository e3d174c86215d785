import { findNearest } from '../../domain/did-you-mean.ts';
import { type Calendars, CalendarsSchema, isCalendarName } from '../../domain/excluded-dates.ts';
import type { ReadYaml } from '../../domain/fault.ts';
import { type FieldFault, toFieldFault } from '../../domain/field-faults.ts';

/** A trigger as written, with the dates of calendars in place of their names. */
export interface Resolved {
  readonly item: unknown;
  readonly faults: readonly FieldFault[];
}

type Written = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** The calendars of a file, by name; undefined where one has a fault, which the file's faults say. */
type Known = ReadonlyMap<string, Calendars[string] | undefined>;

/**
 * Creates the function that resolves the calendars which a trigger names. The trigger then carries
 * the dates itself, so that its stored version says when it fired.
 */
export function createCalendarResolver(read: ReadYaml): (item: unknown) => Resolved {
  const known = readCalendars('value' in read ? read.value : undefined);
  return (item) => {
    if (!isWritten(item) || item.schedule === undefined) return { item, faults: [] };
    const faults: FieldFault[] = [];
    const schedule = resolveWithin(item.schedule, ['schedule'], { known, faults });
    return { item: schedule === item.schedule ? item : { ...item, schedule }, faults };
  };
}

function readCalendars(file: unknown): Known {
  const given = isWritten(file) && isWritten(file.calendars) ? file.calendars : {};
  const entries = Object.entries(given).map(([name, dates]) => {
    const { data } = CalendarsSchema.safeParse({ [name]: dates });
    return [name, data?.[name]] as const;
  });
  return new Map(entries);
}

interface Resolving {
  readonly known: Known;
  readonly faults: FieldFault[];
}

/** Of a schedule, or of a list or of parts in one. */
function resolveWithin(schedule: unknown, path: Path, resolving: Resolving): unknown {
  if (Array.isArray(schedule)) {
    return schedule.map((part, index) => resolveWithin(part, [...path, index], resolving));
  }
  if (!isWritten(schedule)) return schedule;
  const { exclude, any } = schedule;
  return {
    ...schedule,
    ...(exclude === undefined
      ? {}
      : { exclude: resolveExclude(exclude, [...path, 'exclude'], resolving) }),
    ...(any === undefined ? {} : { any: resolveWithin(any, [...path, 'any'], resolving) }),
  };
}

function resolveExclude(exclude: unknown, path: Path, resolving: Resolving): unknown {
  const isList = Array.isArray(exclude);
  const entries: readonly unknown[] = isList ? exclude : [exclude];
  if (!entries.some(isName)) return exclude;
  return entries.flatMap((entry, index): readonly unknown[] =>
    isName(entry) ? toDates(entry, isList ? [...path, index] : path, resolving) : [entry],
  );
}

function isName(entry: unknown): entry is string {
  return typeof entry === 'string' && isCalendarName(entry);
}

/** None for a name that is a fault. */
function toDates(name: string, path: Path, { known, faults }: Resolving): readonly string[] {
  const dates = known.get(name);
  if (dates) return dates;
  faults.push(toFieldFault(path, toReason(name, known)));
  return [];
}

function toReason(name: string, known: Known): string {
  if (known.has(name)) return `the calendar "${name}" has a fault: mend it under calendars`;
  const names = [...known.keys()];
  const nearest = findNearest(name, names);
  const hint = nearest === undefined ? '' : `: did you mean ${nearest}?`;
  const where =
    names.length > 0 ? names.join(', ') : 'none; write calendars at the top of the file';
  return `unknown calendar "${name}" (known: ${where})${hint}`;
}

function isWritten(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
