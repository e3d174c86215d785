import { z } from 'zod';
import type { Fault, Locate, ReadYaml } from '../../domain/fault.ts';
import { type FieldFault, toFieldFaults } from '../../domain/field-faults.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { MatchTools } from '../conditions/index.ts';
import { checkTrigger, type TextChecks } from './check-trigger.ts';
import { CODE_LINE } from './code-triggers.ts';
import { findOwnLoop, findPossibleLoops, type Listener } from './completion-loops.ts';
import { createReferenceCheck, type Names, readReferences } from './references.ts';

export interface LoadedTriggers {
  /** Valid triggers, in the order of the file. */
  readonly triggers: readonly Trigger[];
  /** Ordered by line; empty when the whole file is valid. */
  readonly faults: readonly Fault[];
  /** Possible mistakes that may be intended. Ordered by line. */
  readonly warnings: readonly Fault[];
}

/** Names that a trigger may refer to, and the checks of its texts. */
export interface Known extends Names, TextChecks {
  /** Triggers' functions in code, by trigger name. */
  readonly code?: MatchTools['code'];
}

/** Compiling a schema pays for itself only when it is used often. */
const ONCE = { jitless: true } as const;

const PARTS = {
  sources: z.record(z.string(), z.unknown()).nullish(),
  triggers: z.array(z.unknown()).nullish(),
};
const FileSchema = z.strictObject(PARTS, 'expected triggers: with the list under it');
/**
 * Reads the triggers beside a part that is unknown: settings of a newer version reach an app before
 * its code does, and the triggers run meanwhile.
 */
const LooseSchema = z.looseObject(PARTS);

/** Reads the triggers from a parsed file, and finds every fault, not just the first. */
export function loadTriggers(read: ReadYaml, known: Known): LoadedTriggers {
  if ('faults' in read) return { triggers: [], faults: read.faults, warnings: [] };
  const { value, locate } = read;
  const found = checkAll(readTriggers(read), known, locate);
  return { ...found, faults: sort([...findFileFaults(value, locate), ...found.faults]) };
}

function findFileFaults(value: unknown, locate: Locate): readonly Fault[] {
  const { error } = FileSchema.safeParse(value ?? {}, ONCE);
  const found = error ? toFieldFaults(error.issues, FileSchema) : [];
  return found.map(({ path, message }) => ({ line: locate(path), message }));
}

/** Whether the file's triggers can be read: a part that is unknown may be its list, misspelt. */
export function hasTriggers(read: ReadYaml): boolean {
  if ('faults' in read) return false;
  const { success, data } = LooseSchema.safeParse(read.value ?? {}, ONCE);
  return success && (Boolean(data.triggers) || FileSchema.safeParse(data, ONCE).success);
}

/** Triggers as written in the file, whatever their faults. */
export function readTriggers(read: ReadYaml): readonly unknown[] {
  if ('faults' in read) return [];
  return LooseSchema.safeParse(read.value ?? {}, ONCE).data?.triggers ?? [];
}

const WITH_TEMPLATES = [
  ...['variables', 'transform', 'orderingKey', 'concurrencyKey', 'priority'],
  ...['debounce', 'batch', 'dedupe'],
];

/** Whether any trigger has templates: their interpreter is loaded only then. */
export function hasTemplates(read: ReadYaml): boolean {
  return hasAny(read, WITH_TEMPLATES);
}

/** Whether any trigger has paths: their library is loaded only then. */
export function hasPaths(read: ReadYaml): boolean {
  return hasAny(read, ['inputMapping', 'outputMapping']);
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

function checkAll(items: readonly unknown[], known: Known, locate: Locate): LoadedTriggers {
  const listeners = items.map((item) => toListener(item, known));
  const at = (index: number, { path, message }: FieldFault): Fault => {
    const name = listeners[index]?.name;
    const line = locate(['triggers', index, ...path]);
    return { line, ...(name === undefined ? {} : { trigger: name }), message };
  };
  const checkReferences = createReferenceCheck(listeners, known, (index) =>
    locate(['triggers', index, 'name']),
  );
  const triggers: Trigger[] = [];
  const faults: Fault[] = [];
  items.forEach((item, index) => {
    const own = checkTrigger(item, known);
    const loop = findOwnLoop(listeners[index] ?? { isChoosy: false });
    const found = [...own.faults, ...checkReferences(index), ...(loop ? [loop] : [])];
    faults.push(...found.map((fault) => at(index, fault)));
    if (own.trigger && found.length === 0) triggers.push(own.trigger);
  });
  const loops = findPossibleLoops(listeners);
  const warnings = loops.map(({ index, message }) => at(index, { path: ['source'], message }));
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

/** `infra/triggers.yaml:12 [pr-review] unknown actor "x" …`; for code `code [pr-review] …`. */
export function toFaultText(path: string, { line, trigger, message }: Fault): string {
  const place = line === CODE_LINE ? 'code' : `${path}:${line}`;
  return `${place}${trigger === undefined ? '' : ` [${trigger}]`} ${message}`;
}
