import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { type Trigger, TriggerSchema } from '../domain/trigger.ts';

/** What is wrong in the triggers file, where, and with which trigger. */
export interface Fault {
  readonly line: number;
  /** The trigger's name, where it has one. */
  readonly trigger?: string;
  readonly message: string;
}

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
}

const FileSchema = z.strictObject({ triggers: z.array(z.unknown()).nullish() });

/** Reads a triggers file (YAML, so JSON as well) and finds every fault in it, not the first alone. */
export function loadTriggers(text: string, known: Known): LoadedTriggers {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const toLine = (offset: number) => lines.linePos(offset).line;
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ message, pos }) => ({ line: toLine(pos[0]), message }));
    return { triggers: [], faults };
  }
  const file = FileSchema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  const locate = (path: readonly PropertyKey[]) => toLine(findOffset(document, path));
  if (!file.success) return { triggers: [], faults: toFaults(file.error, [], locate) };
  return checkAll(file.data.triggers ?? [], known, locate);
}

type Locate = (path: readonly PropertyKey[]) => number;

function checkAll(items: readonly unknown[], known: Known, locate: Locate): LoadedTriggers {
  const triggers: Trigger[] = [];
  const faults: Fault[] = [];
  const lineOfName = new Map<string, number>();
  items.forEach((item, index) => {
    const path = ['triggers', index];
    const parsed = TriggerSchema.safeParse(item);
    const found = parsed.success
      ? checkReferences(parsed.data, known, lineOfName, (field) => locate([...path, field]))
      : toFaults(parsed.error, path, locate, readName(item));
    faults.push(...found);
    if (parsed.success && found.length === 0) triggers.push(parsed.data);
  });
  return { triggers, faults: faults.sort((a, b) => a.line - b.line) };
}

function checkReferences(
  { name, actor, source }: Trigger,
  known: Known,
  lineOfName: Map<string, number>,
  locate: (field: string) => number,
): Fault[] {
  const faults: Fault[] = [];
  const report = (field: string, message: string) =>
    faults.push({ line: locate(field), trigger: name, message });
  const first = lineOfName.get(name);
  if (first === undefined) lineOfName.set(name, locate('name'));
  else report('name', `the name "${name}" is taken by the trigger in line ${first}`);
  if (!known.sources.includes(source)) {
    report('source', `unknown source "${source}" (known: ${known.sources.join(', ')})`);
  }
  if (!known.actors.includes(actor)) {
    report('actor', `unknown actor "${actor}" (known: ${known.actors.join(', ')})`);
  }
  return faults;
}

function toFaults(
  error: z.ZodError,
  base: readonly PropertyKey[],
  locate: Locate,
  trigger?: string,
): Fault[] {
  return error.issues.map((issue) => {
    const where = issue.path.join('.');
    const message = where === '' ? issue.message : `${where}: ${issue.message}`;
    const line = locate([...base, ...issue.path, ...unknownKey(issue)]);
    return trigger === undefined ? { line, message } : { line, trigger, message };
  });
}

/** The line of an unknown key is that of the key, not of the object that has it. */
function unknownKey(issue: z.core.$ZodIssue): readonly string[] {
  return issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
}

function readName(item: unknown): string | undefined {
  const name = (item as { name?: unknown } | null)?.name;
  return typeof name === 'string' ? name : undefined;
}

/** Where the deepest node on the path begins: the nearest thing that is there, for what is not. */
function findOffset(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const part = path.slice(0, length);
    const node = length === 0 ? document.contents : document.getIn(part, true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

/** `infra/triggers.yaml:12 [pr-review] unknown actor "x" …` */
export function toFaultText(path: string, { line, trigger, message }: Fault): string {
  return `${path}:${line}${trigger === undefined ? '' : ` [${trigger}]`} ${message}`;
}
