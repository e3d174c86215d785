import { isJsonObject, type Json } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { parseTemplate } from '../templates/index.ts';
import type { Path } from './doubt.ts';

/** What a template reads: `event.pull_request.title`. */
export interface TemplatePath {
  /** Position of the template in the trigger. */
  readonly path: Path;
  readonly root: 'event' | 'fields';
  readonly names: readonly string[];
  /** It says itself what to do without the value: `default`, `is defined`. */
  readonly isOptional: boolean;
  /** The text that it is compared with. */
  readonly compared?: string;
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string };
type Found = Omit<TemplatePath, 'path'>;

const HAS_TEMPLATE = /\{[{%]/;
const TOLERANT: readonly string[] = ['default', 'd', 'defined', 'undefined', 'none'];

/**
 * Reads the paths of all templates and expressions of a trigger, whose syntax is checked before.
 * @param isTransformed the variables do not see the event
 */
export function readTemplatePaths(
  trigger: Trigger,
  isTransformed: boolean,
): readonly TemplatePath[] {
  return listTexts(trigger, isTransformed).flatMap(({ path, text }) =>
    readPaths(text).map((found) => ({ path, ...found })),
  );
}

interface Text {
  readonly path: Path;
  readonly text: string;
}

function listTexts(trigger: Trigger, isTransformed: boolean): readonly Text[] {
  const { transform, variables, orderingKey, concurrencyKey, priority } = trigger;
  const { debounce, batch, dedupe, throttle, limit, forEach, filter, conditions } = trigger;
  const templates = [
    ...toTexts(transform, ['transform']),
    ...(isTransformed ? [] : toTexts(variables, ['variables'])),
    ...Object.entries({ orderingKey, concurrencyKey, priority }).flatMap(([name, value]) =>
      toTexts(value, [name]),
    ),
    ...Object.entries({ debounce, batch, dedupe, throttle, limit, forEach }).flatMap(
      ([name, value]) =>
        typeof value === 'object' && 'key' in value ? toTexts(value.key, [name, 'key']) : [],
    ),
  ].filter(({ text }) => HAS_TEMPLATE.test(text));
  const expressions = [
    ...toTexts(typeof filter === 'string' ? filter : undefined, ['filter']),
    ...toExpressions(conditions, ['conditions']),
    ...(isJsonObject(filter) ? toExpressions(filter, ['filter']) : []),
  ].map(({ path, text }) => ({ path, text: HAS_TEMPLATE.test(text) ? text : `{{ ${text} }}` }));
  return [...templates, ...expressions];
}

function toTexts(value: unknown, path: Path): readonly Text[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) =>
    toTexts(item, [...path, isList ? Number(key) : key]),
  );
}

function toExpressions(value: Json, path: Path): readonly Text[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, Json]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return key === 'expression' && typeof item === 'string'
      ? [{ path: at, text: item }]
      : toExpressions(item, at);
  });
}

function readPaths(text: string): readonly Found[] {
  try {
    const found: Found[] = [];
    visit(parseTemplate(text), { isOptional: false }, found);
    return found;
  } catch {
    // What is no template has its fault.
    return [];
  }
}

interface Around {
  readonly isOptional: boolean;
  readonly compared?: string;
}

function visit(value: unknown, around: Around, found: Found[]): void {
  if (value instanceof Map) visitAll([...value].flat(), around, found);
  if (Array.isArray(value)) visitAll(value, around, found);
  if (!isNode(value)) {
    if (isPlainObject(value)) visitAll(Object.values(value), around, found);
    return;
  }
  const path = toPath(value);
  if (path) found.push({ ...path, ...around });
  else visitInner(value, around, found);
}

function visitAll(values: readonly unknown[], around: Around, found: Found[]): void {
  for (const value of values) visit(value, around, found);
}

function visitInner(node: Node, { isOptional }: Around, found: Found[]): void {
  const inner = { isOptional: isOptional || isTolerant(node) };
  if (node.type === 'Call' && isMember(node.callee)) {
    // A method: what it is called of is what is read.
    visit(node.callee.object, inner, found);
    visit(node.args, inner, found);
    return;
  }
  if (node.type === 'Compare') {
    visitComparison(node, inner, found);
    return;
  }
  for (const value of Object.values(node)) visit(value, inner, found);
}

function visitComparison({ first, rest }: Node, inner: Around, found: Found[]): void {
  const others = rest as readonly { readonly operator: string; readonly operand: unknown }[];
  const [next] = others;
  const compared = (other: unknown) =>
    others.length === 1 && next ? toCompared(next.operator, other) : {};
  visit(first, { ...inner, ...compared(next?.operand) }, found);
  for (const { operand } of others) visit(operand, { ...inner, ...compared(first) }, found);
}

function toCompared(operator: string, other: unknown): Pick<Around, 'compared'> {
  const text = isNode(other) && other.type === 'Constant' ? other.value : undefined;
  return typeof text === 'string' && ['==', '!='].includes(operator) ? { compared: text } : {};
}

function isTolerant({ type, name }: Node): boolean {
  return (type === 'Filter' || type === 'Test') && TOLERANT.includes(String(name));
}

/** The path of a chain of names; it ends before a part that is computed. */
function toPath(node: Node): Pick<Found, 'root' | 'names'> | undefined {
  if (!isMember(node)) return undefined;
  const names: string[] = [];
  let at: unknown = node;
  while (isMember(at)) {
    const name = toName(at);
    if (name === undefined) names.length = 0;
    else names.unshift(name);
    at = at.object;
  }
  const root = isNode(at) && at.type === 'Name' ? at.name : undefined;
  if (root !== 'event' && root !== 'fields') return undefined;
  return { root, names };
}

function toName({ type, name, key }: Node): string | undefined {
  if (type === 'Attribute') return String(name);
  const value = isNode(key) && key.type === 'Constant' ? key.value : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function isMember(value: unknown): value is Node {
  return isNode(value) && (value.type === 'Attribute' || value.type === 'Item');
}

/** Arguments, which hold nodes and are none. */
function isPlainObject(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}
