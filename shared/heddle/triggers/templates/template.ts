import { type Event, toEventView } from '../../domain/event.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { TerminalError } from '../../errors/errors.ts';
import { getOrCreate } from '../lru-cache.ts';
import { toValue } from './exact-values.ts';
import { type Node, parseTemplate, Scope } from './jinja.ts';
import type { Costs } from './template-costs.ts';
import { BoundedInterpreter } from './template-interpreter.ts';
import { CONSTANTS } from './template-language.ts';
import { TemplateRules } from './template-rules.ts';

const MAX_TEMPLATE_CHARS = 10_000;
const MAX_OUTPUT_CHARS = 100_000;
/** Templates come with triggers, so there are about as many as strings in triggers. */
const MAX_CACHED = 5000;
/** The library's messages quote the template, which may be long, but never values. */
const MAX_REASON_CHARS = 300;

/** A parsed template, checked by {@link TemplateRules}. */
export interface Parsed {
  readonly program: Node;
  readonly costs: Costs;
  /** Names that it uses without declaring them. */
  readonly roots: readonly string[];
}

type Compiled = Parsed | { readonly fault: string };

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
  const hint = SECRET_ROOTS.includes(unknown) ? `: ${SECRET_HINT}` : '';
  return `unknown name "${unknown}" (known: ${known.join(', ')})${hint}`;
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
  return isPlain(text) ? text : render(text, place, () => toEventScope(event));
}

export type Render = (text: string, place: string) => string;

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
  return (text, place) => {
    if (isPlain(text)) return text;
    return render(text, `${place} of trigger "${trigger.name}"`, toScope);
  };
}

/**
 * Parses a template for an owner that keeps it, without the cache by text.
 * @throws the fault, as {@link findTemplateFault} describes it
 */
export function parseChecked(text: string, known: readonly Root[]): Parsed {
  const compiled = check(text);
  const fault = 'fault' in compiled ? compiled.fault : findUnknownRoot(compiled, known);
  if (fault !== undefined) throw new Error(fault);
  return compiled as Parsed;
}

function isPlain(text: string): boolean {
  return !/\{[{%#]/.test(text);
}

function render(text: string, place: string, toScope: () => Scope): string {
  try {
    const compiled = compile(text);
    if ('fault' in compiled) throw new Error(compiled.fault);
    return run(compiled, toScope());
  } catch (error) {
    const reason = (error as Error).message.slice(0, MAX_REASON_CHARS);
    throw new TerminalError(
      'template_invalid',
      `the template ${place} cannot be rendered: ${reason}`,
    );
  }
}

/** @throws when the template does something that is not allowed, or too much */
export function run({ program, costs }: Parsed, scope: Scope): string {
  // A separate scope: variables of one template are not visible to others.
  const interpreter = new BoundedInterpreter(new Scope(scope), costs);
  const text = String(interpreter.run(program).value);
  if (text.length <= MAX_OUTPUT_CHARS) return text;
  throw new Error(`the text is longer than ${MAX_OUTPUT_CHARS} characters`);
}

function compile(text: string): Compiled {
  return getOrCreate(cache, text, MAX_CACHED, () => check(text));
}

function check(text: string): Compiled {
  if (text.length > MAX_TEMPLATE_CHARS) {
    return { fault: `expected a template of at most ${MAX_TEMPLATE_CHARS} characters` };
  }
  try {
    const program = parseTemplate(text);
    const { costs, roots } = new TemplateRules(program);
    return { program, costs, roots };
  } catch (error) {
    const reason = (error as Error).message.slice(0, MAX_REASON_CHARS);
    return { fault: `expected a Jinja template: ${reason}` };
  }
}

function createScope(
  { name, source }: Pick<Trigger, 'name' | 'source'>,
  event: Event,
  more: JsonObject,
): Scope {
  const scope = new Scope(toEventScope(event));
  for (const [key, value] of Object.entries(more)) scope.declareVariable(key, toValue(value));
  const { id: eventId, type: eventType, subject, time, receivedAt, verified } = event;
  scope.set('trigger', {
    ...{ name, source, eventId, eventType, subject, time, receivedAt, verified },
  });
  return scope;
}

const scopes = new WeakMap<Payload, Scope>();

/** Scope with `event` and `fields`, converted once for each event. */
export function toEventScope(event: Payload): Scope {
  const known = scopes.get(event);
  if (known) return known;
  const scope = new Scope();
  for (const [name, value] of Object.entries(CONSTANTS)) scope.set(name, value);
  scope.declareVariable('event', toValue(toEventView(event)));
  scope.declareVariable('fields', toValue(event.fields));
  scopes.set(event, scope);
  return scope;
}
