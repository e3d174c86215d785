import { z } from 'zod';
import { CalendarsSchema } from '../../domain/excluded-dates.ts';
import type { Fault, Locate, ReadYaml } from '../../domain/fault.ts';
import { type FieldFault, toFieldFault, toFieldFaults } from '../../domain/field-faults.ts';
import { isJsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { MatchTools } from '../conditions/index.ts';
import { createCalendarResolver, type Resolved } from './calendars.ts';
import { checkTrigger, type TextChecks } from './check-trigger.ts';
import { CODE_LINE } from './code-triggers.ts';
import { findOwnLoop, findPossibleLoops, type Listener } from './completion-loops.ts';
import { findDefaultFaults, withFileDefaults } from './file-defaults.ts';
import { toOwnLine } from './merge-files.ts';
import { createReferenceCheck, type Names, readReferences } from './references.ts';
import {
  findSharedLimitFaults,
  readSharedLimits,
  type SharedLimits,
  withSharedLimit,
} from './shared-limits.ts';
import { findUrlFaults } from './url-inputs.ts';

export interface LoadedTriggers {
  /** Valid triggers, in the order of the file. */
  readonly triggers: readonly Trigger[];
  /** Ordered by line; empty when the whole file is valid. */
  readonly faults: readonly Fault[];
  /** Possible mistakes that may be intended. Ordered by line. */
  readonly warnings: readonly Fault[];
}

type Sound = Extract<ReadYaml, { readonly value: unknown }>;

/** Names that a trigger may refer to, and the checks of its texts. */
export interface Known extends Names, TextChecks {
  /** Triggers' functions in code, by trigger name. */
  readonly code?: MatchTools['code'];
}

/** Compiling a schema pays for itself only when it is used often. */
const ONCE = { jitless: true } as const;

/** From so many triggers on, compiling their schema takes less time than it saves. */
const MANY = 200;

const PARTS = {
  sources: z.record(z.string(), z.unknown()).nullish(),
  triggers: z.array(z.unknown()).nullish(),
  /** Resolved where a file is read. */
  include: z.undefined('only a file can include others: write them out here').optional(),
  defaults: z.record(z.string(), z.unknown()).nullish(),
  limits: z.record(z.string(), z.unknown()).nullish(),
};
const ALL_PARTS = {
  ...PARTS,
  calendars: CalendarsSchema.nullish(),
};
const FileSchema = z.strictObject(ALL_PARTS, 'expected triggers: with the list under it');
/**
 * Reads the triggers beside a part that is unknown: settings of a newer version reach an app before
 * its code does, and the triggers run meanwhile.
 */
const LooseSchema = z.looseObject(PARTS);

/** Reads the triggers from a parsed file, and finds every fault, not just the first. */
export function loadTriggers(read: ReadYaml, known: Known): LoadedTriggers {
  if ('faults' in read) return { triggers: [], faults: read.faults, warnings: [] };
  const { value } = read;
  const given = withFileDefaults(read, known);
  if ('faults' in given) return { triggers: [], faults: given.faults, warnings: [] };
  const shared = readSharedLimits(value, given.locate);
  const resolved = readTriggers(given).map(createCalendarResolver(given));
  const found = checkAll(resolved, { ...known, shared }, given);
  const ofFile = [...findFileFaults(value, given.locate), ...findDefaultFaults(read, known)];
  return { ...found, faults: sort([...ofFile, ...shared.faults, ...found.faults]) };
}

function findFileFaults(value: unknown, locate: Locate): readonly Fault[] {
  const { error } = FileSchema.safeParse(withoutHolders(value ?? {}), ONCE);
  const found = error ? toFieldFaults(error.issues, FileSchema) : [];
  return found.map(({ path, message }) => ({ line: locate(path), message }));
}

/**
 * Leaves out the parts at the top whose names begin with `x-`: they hold anchors for the others, and
 * mean nothing themselves.
 */
export function withoutHolders<T>(value: T): T {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([part]) => !part.startsWith('x-'))) as T;
}

/** Whether the file's triggers can be read: a part that is unknown may be its list, misspelt. */
export function hasTriggers(read: ReadYaml): boolean {
  if ('faults' in read) return false;
  const { success, data } = LooseSchema.safeParse(read.value ?? {}, ONCE);
  return (
    success && (Boolean(data.triggers) || FileSchema.safeParse(withoutHolders(data), ONCE).success)
  );
}

/** Triggers as written in the file, whatever their faults. */
export function readTriggers(read: ReadYaml): readonly unknown[] {
  if ('faults' in read) return [];
  return LooseSchema.safeParse(read.value ?? {}, ONCE).data?.triggers ?? [];
}

const WITH_TEMPLATES = [
  ...['variables', 'transform', 'orderingKey', 'concurrencyKey', 'priority'],
  ...['debounce', 'batch', 'dedupe', 'throttle', 'limit', 'forEach'],
];

/** Whether any trigger has templates: their interpreter is loaded only then. */
export function hasTemplates(read: ReadYaml): boolean {
  return hasAny(read, WITH_TEMPLATES);
}

/** Whether any trigger has paths: their library is loaded only then. */
export function hasPaths(read: ReadYaml): boolean {
  return hasAny(read, ['inputMapping', 'outputMapping', 'forEach']);
}

/** Whether any trigger has a schedule: the calendar is loaded only then. */
export function hasSchedules(read: ReadYaml): boolean {
  return hasAny(read, ['schedule']);
}

/** Whether any trigger makes an input, or has options of a poller: their check is loaded only then. */
export function hasInputs(read: ReadYaml): boolean {
  return hasAny(read, ['defaultInputs', 'variables', 'inputMapping', 'transform', 'poll']);
}

function hasAny(read: ReadYaml, fields: readonly string[]): boolean {
  return readTriggers(read).some(
    (item) => typeof item === 'object' && item !== null && fields.some((field) => field in item),
  );
}

interface KnownToAll extends Known {
  readonly shared: SharedLimits;
}

function checkAll(
  items: readonly Resolved[],
  known: KnownToAll,
  { locate, files }: Pick<Sound, 'locate' | 'files'>,
): LoadedTriggers {
  const listeners = items.map(({ item }) => toListener(item, known));
  const at = (index: number, { path, message }: FieldFault): Fault => {
    const name = listeners[index]?.name;
    const line = locate(['triggers', index, ...path]);
    return { line, ...(name === undefined ? {} : { trigger: name }), message };
  };
  const checkReferences = createReferenceCheck(listeners, known, (index) =>
    toPlaceText(locate(['triggers', index, 'name']), files),
  );
  const triggers: Trigger[] = [];
  const faults: Fault[] = [];
  const warnings: Fault[] = [];
  items.forEach(({ item, faults: unresolved }, index) => {
    const own = checkTrigger(withSharedLimit(item, known.shared), known, items.length >= MANY);
    const loop = findOwnLoop(listeners[index] ?? { isChoosy: false });
    const found = [
      ...unresolved,
      ...own.faults,
      ...checkReferences(index),
      ...findSharedLimitFaults(item, known.shared),
      ...findUrlFaults(item, known.sinks ?? []),
      ...(loop ? [loop] : []),
    ];
    faults.push(...found.map((fault) => at(index, fault)));
    if (!own.trigger || found.length > 0) return;
    triggers.push(own.trigger);
    const doubts = [
      ...(known.findPollDoubts?.(own.trigger) ?? []),
      ...(known.findConditionDoubts?.(own.trigger) ?? []),
    ];
    warnings.push(...doubts.map(({ path, message }) => at(index, toFieldFault(path, message))));
  });
  const loops = findPossibleLoops(listeners);
  warnings.push(...loops.map(({ index, message }) => at(index, { path: ['source'], message })));
  return { triggers, faults: sort(faults), warnings: sort(warnings) };
}

function sort(faults: readonly Fault[]): readonly Fault[] {
  return faults.toSorted((a, b) => a.line - b.line);
}

function toListener(item: unknown, { code }: Known): Listener {
  const { conditions = {}, filter } = (item ?? {}) as Readonly<Record<string, unknown>>;
  const references = readReferences(item);
  const inCode = references.name === undefined ? undefined : code?.get(references.name)?.filter;
  const hasConditions = Object.keys(conditions ?? {}).length > 0;
  return { ...references, isChoosy: hasConditions || (filter ?? inCode) !== undefined };
}

function toPlaceText(at: number, files: Sound['files']): string {
  const { line, file } = toOwnLine<Fault>({ line: at, message: '' }, files);
  if (line === CODE_LINE) return 'code';
  return file === undefined ? `line ${line}` : `line ${line} of ${file}`;
}

/** `infra/triggers.yaml:12 [pr-review] unknown actor "x" …`; for code `code [pr-review] …`. */
export function toFaultText(path: string, { file, line, trigger, message }: Fault): string {
  const place = line === CODE_LINE ? 'code' : `${file ?? path}:${line}`;
  return `${place}${trigger === undefined ? '' : ` [${trigger}]`} ${message}`;
}
