import { z } from 'zod';
import { type Trigger, TriggerSchema } from '../domain/trigger.ts';
import type { Fault, Locate, ReadYaml } from '../yaml.ts';
import type { findPathFaults } from './mapping.ts';
import type { findTemplateFaults } from './template-faults.ts';

export interface LoadedTriggers {
  /** The sound ones, in the order of the file. */
  readonly triggers: readonly Trigger[];
  /** In the order of lines; empty when the whole file is sound. */
  readonly faults: readonly Fault[];
}

/** The names that a trigger may refer to. */
export interface Known {
  readonly actors: readonly string[];
  readonly sources: readonly string[];
  /** Finds what is wrong in a trigger's templates. Absent where no trigger has any. */
  readonly findTemplateFaults?: typeof findTemplateFaults;
  /** Finds what is wrong in a trigger's paths. Absent where no trigger has any. */
  readonly findPathFaults?: typeof findPathFaults;
}

/** Compiling a schema pays for itself only when it is used often. */
const ONCE = { jitless: true } as const;

const FileSchema = z.strictObject({
  sources: z.record(z.string(), z.unknown()).nullish(),
  triggers: z.array(z.unknown()).nullish(),
});

/** Takes the triggers out of what was read of a file, and finds every fault, not the first alone. */
export function loadTriggers(read: ReadYaml, known: Known): LoadedTriggers {
  if ('faults' in read) return { triggers: [], faults: read.faults };
  const { value, locate } = read;
  const file = FileSchema.safeParse(value ?? {}, ONCE);
  if (!file.success) return { triggers: [], faults: toFaults(file.error, [], locate) };
  return checkAll(file.data.triggers ?? [], known, locate);
}

function checkAll(items: readonly unknown[], known: Known, locate: Locate): LoadedTriggers {
  const triggers: Trigger[] = [];
  const faults: Fault[] = [];
  const lineOfName = new Map<string, number>();
  items.forEach((item, index) => {
    const path = ['triggers', index];
    const parsed = TriggerSchema.safeParse(item, ONCE);
    const found = [
      ...(parsed.success ? [] : toFaults(parsed.error, path, locate, readText(item, 'name'))),
      ...checkReferences(item, known, lineOfName, (field) => locate([...path, field])),
      ...(parsed.success ? checkTemplates(parsed.data, known, path, locate) : []),
    ];
    faults.push(...found);
    if (parsed.success && found.length === 0) triggers.push(parsed.data);
  });
  return { triggers, faults: faults.sort((a, b) => a.line - b.line) };
}

function checkTemplates(
  trigger: Trigger,
  known: Known,
  path: readonly PropertyKey[],
  locate: Locate,
): readonly Fault[] {
  const faults = [
    ...(known.findTemplateFaults?.(trigger) ?? []),
    ...(known.findPathFaults?.(trigger) ?? []),
  ];
  return faults.map((fault) => ({
    line: locate([...path, ...fault.path]),
    trigger: trigger.name,
    message: `${fault.path.join('.')}: ${fault.message}`,
  }));
}

const WITH_TEMPLATES = [
  ...['variables', 'transform', 'orderingKey', 'concurrencyKey', 'priority'],
  ...['debounce', 'batch', 'dedupe'],
];

/** Whether any trigger has templates: their interpreter is loaded only for those. */
export function hasTemplates(read: ReadYaml): boolean {
  return hasAny(read, WITH_TEMPLATES);
}

/** Whether any trigger has paths: their library is loaded only for those. */
export function hasPaths(read: ReadYaml): boolean {
  return hasAny(read, ['inputMapping', 'outputMapping']);
}

function hasAny(read: ReadYaml, fields: readonly string[]): boolean {
  const file = 'faults' in read ? undefined : FileSchema.safeParse(read.value, ONCE).data;
  return (file?.triggers ?? []).some(
    (item) => typeof item === 'object' && item !== null && fields.some((field) => field in item),
  );
}

/** Takes a trigger as it is written: what else is wrong with it does not hide this. */
function checkReferences(
  item: unknown,
  known: Known,
  lineOfName: Map<string, number>,
  locate: (field: string) => number,
): Fault[] {
  const faults: Fault[] = [];
  const name = readText(item, 'name');
  const report = (field: string, message: string) =>
    faults.push({ line: locate(field), ...(name === undefined ? {} : { trigger: name }), message });
  const first = name === undefined ? undefined : lineOfName.get(name);
  if (first !== undefined) {
    report('name', `the name "${name}" is taken by the trigger in line ${first}`);
  } else if (name !== undefined) {
    lineOfName.set(name, locate('name'));
  }
  for (const [field, names] of [
    ['source', known.sources],
    ['actor', known.actors],
  ] as const) {
    const given = readText(item, field);
    if (given === undefined || given === '' || names.includes(given)) continue;
    report(field, `unknown ${field} "${given}" (known: ${names.join(', ')})`);
  }
  return faults;
}

function readText(item: unknown, field: string): string | undefined {
  const value = (item as Readonly<Record<string, unknown>> | null)?.[field];
  return typeof value === 'string' ? value : undefined;
}

function toFaults(
  error: z.ZodError,
  base: readonly PropertyKey[],
  locate: Locate,
  trigger?: string,
): Fault[] {
  return error.issues.flatMap(splitUnknownKeys).map(({ path, message }) => {
    const text = path.length === 0 ? message : `${path.join('.')}: ${message}`;
    const line = locate([...base, ...path]);
    return trigger === undefined ? { line, message: text } : { line, trigger, message: text };
  });
}

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'>;

/** One fault for each unknown key, in the line of that key. */
function splitUnknownKeys(issue: z.core.$ZodIssue): readonly Issue[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'unknown field' }));
}

/** `infra/triggers.yaml:12 [pr-review] unknown actor "x" …` */
export function toFaultText(path: string, { line, trigger, message }: Fault): string {
  return `${path}:${line}${trigger === undefined ? '' : ` [${trigger}]`} ${message}`;
}
