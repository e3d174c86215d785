import { type Event, toEventView } from '../../domain/event.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { TerminalError } from '../../errors/errors.ts';
import { remember } from '../lru-cache.ts';
import { type Node, parseTemplate, Scope } from './jinja.ts';
import type { Costs } from './template-costs.ts';
import { BoundedInterpreter } from './template-interpreter.ts';
import { CONSTANTS } from './template-language.ts';
import { TemplateRules } from './template-rules.ts';

const MAX_TEMPLATE_CHARS = 10_000;
const MAX_OUTPUT_CHARS = 100_000;
/** Templates come with triggers, so there are about as many as the triggers have strings. */
const MAX_CACHED = 5000;
/** The library's messages quote the template, which may be long; they do not quote values. */
const MAX_REASON_CHARS = 300;

/** A template that was parsed and gone through. */
export interface Parsed {
  readonly program: Node;
  readonly costs: Costs;
  /** Names that it takes from outside. */
  readonly roots: readonly string[];
}

type Compiled = Parsed | { readonly fault: string };

const cache = new Map<string, Compiled>();

/** What a template may take from outside. */
export type Root = 'event' | 'fields' | 'trigger';

/**
 * Why a text is no template; undefined where it is one. A name that nobody declares would render to
 * nothing for good, so it is a fault too.
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
  return unknown && `unknown name "${unknown}" (known: ${known.join(', ')})`;
}

export type Payload = Pick<Event, 'data' | 'fields'>;

/**
 * Renders a template over `event` (the payload, with the normalized fields where it has no such key)
 * and `fields` (those alone): copies, in maps that have no prototype to reach. The result is always a
 * text: `{{ event.number }}` gives `"7"`. What is not there renders to nothing, and filters and loops
 * find nothing in it; to call a method of it or to slice it is an error. An event is converted once,
 * for all its templates.
 * @param place where the template stands, for the message: `variables.title`
 * @throws {TerminalError} `template_invalid`, never with anything of the payload
 */
export function renderTemplate(text: string, event: Payload, place: string): string {
  return isPlain(text) ? text : render(text, place, () => toEventScope(event));
}

export type Render = (text: string, place: string) => string;

/**
 * {@link renderTemplate} for one trigger, which its templates see as `trigger`: `name`, `source`,
 * `eventId`, `eventType`, `subject`, `time`, `receivedAt`, `verified`.
 */
export function createRenderer(trigger: Pick<Trigger, 'name' | 'source'>, event: Event): Render {
  let scope: Scope | undefined;
  const toScope = () => {
    scope ??= createScope(trigger, event);
    return scope;
  };
  return (text, place) => {
    if (isPlain(text)) return text;
    return render(text, `${place} of trigger "${trigger.name}"`, toScope);
  };
}

/**
 * For a template that its owner keeps, instead of having it found again by its text.
 * @throws what is wrong with it, as {@link findTemplateFault} says it
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
    throw new TerminalError(`the template ${place} cannot be rendered: ${reason}`, {
      code: 'template_invalid',
    });
  }
}

/** @throws what the template does that it must not, or too much of */
export function run({ program, costs }: Parsed, scope: Scope): string {
  // A scope of its own: what one template sets, no other sees.
  const interpreter = new BoundedInterpreter(new Scope(scope), costs);
  const text = String(interpreter.run(program).value);
  if (text.length <= MAX_OUTPUT_CHARS) return text;
  throw new Error(`the text is longer than ${MAX_OUTPUT_CHARS} characters`);
}

function compile(text: string): Compiled {
  return remember(cache, text, MAX_CACHED, () => check(text));
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

function createScope({ name, source }: Pick<Trigger, 'name' | 'source'>, event: Event): Scope {
  const scope = new Scope(toEventScope(event));
  const { id: eventId, type: eventType, subject, time, receivedAt, verified } = event;
  scope.set('trigger', {
    ...{ name, source, eventId, eventType, subject, time, receivedAt, verified },
  });
  return scope;
}

const scopes = new WeakMap<Payload, Scope>();

/** `event` and `fields`, converted once for each event. */
export function toEventScope(event: Payload): Scope {
  const known = scopes.get(event);
  if (known) return known;
  const scope = new Scope();
  for (const [name, value] of Object.entries(CONSTANTS)) scope.set(name, value);
  scope.set('event', toEventView(event));
  scope.set('fields', event.fields);
  scopes.set(event, scope);
  return scope;
}
