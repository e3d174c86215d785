import { type Event, toEventView } from '../../domain/event.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { TerminalError } from '../../errors/errors.ts';
import { getOrCreate } from '../lru-cache.ts';
import { type Compiled, compileTemplate, type Parsed, toReason } from './compile-template.ts';
import { Scope } from './frame.ts';
import { evaluateWhole, run } from './run.ts';
import { toValue } from './values.ts';

/** Templates come with triggers, so there are about as many as strings in triggers. */
const MAX_CACHED = 5000;

const cache = new Map<string, Compiled>();

/** Names that a template may use without declaring them. */
export type Root = 'event' | 'fields' | 'trigger' | 'item' | 'index';

/**
 * Returns why a text is not a template; undefined if it is one. An unknown name is a fault too,
 * since it would always render to nothing.
 */
export function findTemplateFault(
  text: string,
  known: readonly Root[] = ['event', 'fields', 'trigger'],
): string | undefined {
  if (isPlain(text)) return undefined;
  const compiled = compile(text);
  return 'fault' in compiled ? compiled.fault : findUnknownRoot(compiled, known);
}

function findUnknownRoot({ roots }: Parsed, known: readonly Root[]): string | undefined {
  const unknown = roots.find((name) => !known.some((root) => root === name));
  if (unknown === undefined) return undefined;
  return `unknown name "${unknown}" (known: ${known.join(', ')})${toHint(unknown)}`;
}

function toHint(name: string): string {
  if (SECRET_ROOTS.includes(name)) return `: ${SECRET_HINT}`;
  return ['item', 'index'].includes(name) ? ': it is there for triggers with forEach' : '';
}

/** Names under which other products have secrets and settings in templates. */
const SECRET_ROOTS = ['secrets', 'secret', 'env', 'settings', 'config', 'vars'];
const SECRET_HINT =
  'no template has secrets: name the app setting in defaultInputs, as urlSetting in place of url, or under headerSettings';

export type Payload = Pick<Event, 'data' | 'fields'>;

/**
 * Renders a template over `event` (the payload, with each normalized field added unless the payload
 * has that key) and `fields` (the normalized ones alone). Both are copies, in maps without a
 * prototype. The result is always a text: `{{ event.number }}` gives `"7"`. A missing value renders
 * to nothing, and filters and loops find nothing in it; calling a method of it or slicing it is an
 * error. An event is converted once, for all its templates.
 * @param place position of the template, for the message: `variables.title`
 * @throws {TerminalError} `template_invalid`, never with anything of the payload
 */
export function renderTemplate(text: string, event: Payload, place: string): string {
  if (isPlain(text)) return text;
  return attempt(text, place, (parsed) => run(parsed, toEventScope(event)));
}

export interface Render {
  (text: string, place: string): string;
  /** As JSON: a text that is one whole `{{ … }}` keeps the type of its value. */
  value(text: string, place: string): Json;
}

/**
 * {@link renderTemplate} for one trigger. Its templates can also use `trigger`: `name`, `source`,
 * `eventId`, `eventType`, `subject`, `time`, `receivedAt`, `verified`.
 * @param more further names that the templates can use
 */
export function createRenderer(
  trigger: Pick<Trigger, 'name' | 'source'>,
  event: Event,
  more: JsonObject = {},
): Render {
  let scope: Scope | undefined;
  const toScope = () => {
    scope ??= createScope(trigger, event, more);
    return scope;
  };
  const renderWith =
    <T>(use: (parsed: Parsed, scope: Scope) => T) =>
    (text: string, place: string) => {
      if (isPlain(text)) return text;
      const full = `${place} of trigger "${trigger.name}"`;
      return attempt(text, full, (parsed) => use(parsed, toScope()));
    };
  return Object.assign(renderWith(run), { value: renderWith(evaluateWhole) });
}

/**
 * Parses a template for an owner that keeps it, without the cache by text.
 * @throws the fault, as {@link findTemplateFault} describes it
 */
export function parseChecked(text: string, known: readonly Root[]): Parsed {
  const compiled = compileTemplate(text);
  const fault = 'fault' in compiled ? compiled.fault : findUnknownRoot(compiled, known);
  if (fault !== undefined) throw new Error(fault);
  return compiled as Parsed;
}

function isPlain(text: string): boolean {
  return !/\{[{%#]/.test(text);
}

function attempt<T>(text: string, place: string, use: (parsed: Parsed) => T): T {
  try {
    const compiled = compile(text);
    if ('fault' in compiled) throw new Error(compiled.fault);
    return use(compiled);
  } catch (error) {
    throw new TerminalError(
      'template_invalid',
      `the template ${place} cannot be rendered: ${toReason(error)}`,
    );
  }
}

function compile(text: string): Compiled {
  return getOrCreate(cache, text, MAX_CACHED, () => compileTemplate(text));
}

function createScope(
  { name, source }: Pick<Trigger, 'name' | 'source'>,
  event: Event,
  more: JsonObject,
): Scope {
  const scope = new Scope(toEventScope(event));
  for (const [key, value] of Object.entries(more)) scope.set(key, toValue(value));
  const { id: eventId, type: eventType, subject, time, receivedAt, verified } = event;
  scope.set(
    'trigger',
    toValue({ name, source, eventId, eventType, subject, time, receivedAt, verified }),
  );
  return scope;
}

const scopes = new WeakMap<Payload, Scope>();

/** Scope with `event` and `fields`, converted once for each event. */
export function toEventScope(event: Payload): Scope {
  const known = scopes.get(event);
  if (known) return known;
  const scope = new Scope();
  scope.set('event', toValue(toEventView(event)));
  scope.set('fields', toValue(event.fields));
  scopes.set(event, scope);
  return scope;
}
