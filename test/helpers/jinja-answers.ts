import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import { evaluate } from '../../shared/heddle/triggers/templates/run.ts';
import { toText } from '../../shared/heddle/triggers/templates/spelling.ts';
import {
  parseChecked,
  renderTemplate,
  toEventScope,
} from '../../shared/heddle/triggers/templates/template.ts';
import {
  Float,
  isDict,
  isList,
  type Value,
} from '../../shared/heddle/triggers/templates/values.ts';
import { createEvent } from './factories.ts';

/** A template or an expression, Jinja2's answer, and that with the named differences if it is another. */
export type Case = readonly [text: string, plain: unknown, spelled?: unknown];

interface Answers {
  readonly made: { readonly jinja2: string; readonly python: string };
  readonly context: { readonly event: JsonObject; readonly fields: JsonObject };
  readonly expressions: readonly Case[];
  readonly templates: readonly Case[];
}

const path = resolve(import.meta.dirname, '../fixtures/jinja/answers.json');
/** Made by `test/fixtures/jinja/make-answers.py`. */
export const answers = JSON.parse(readFileSync(path, 'utf8')) as Answers;

const { event: data, fields } = answers.context;
const event = { ...createEvent({ data, fields: {} }), fields };

/** What the product answers, in the tags of the file. */
export type Answer =
  | { readonly kind: 'refused' | 'failed'; readonly message: string }
  | { readonly kind: 'value'; readonly value: unknown };

export function ask(expression: string): Answer {
  return attempt(`{{ ${expression} }}`, (parsed) => {
    if (!parsed.whole) throw new Error('no expression');
    return encode(evaluate(parsed, parsed.whole, toEventScope(event)));
  });
}

export function fill(template: string): Answer {
  return attempt(template, () => renderTemplate(template, event, 'variables.text'));
}

type Parsed = ReturnType<typeof parseChecked>;

function attempt(text: string, use: (parsed: Parsed) => unknown): Answer {
  let parsed: Parsed;
  try {
    parsed = parseChecked(text, ['event', 'fields', 'trigger']);
  } catch (error) {
    return { kind: 'refused', message: (error as Error).message };
  }
  try {
    return { kind: 'value', value: use(parsed) };
  } catch (error) {
    return { kind: 'failed', message: (error as Error).message };
  }
}

function encode(value: Value): unknown {
  if (value === undefined) return { u: 1 };
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (isList(value)) return Array.from(value, encode);
  if (isDict(value)) return { d: [...value].map(([key, item]) => [key, encode(item)]) };
  if (value instanceof Float) return { f: String(value.value) };
  if (typeof value === 'number' && !Number.isInteger(value)) return { f: toText(value) };
  return { i: String(value) };
}

/** Floats are compared as numbers: Python writes 1e+16, JavaScript 10000000000000000. */
export function normalize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== 'object' || value === null) return value;
  if ('f' in value) return { f: toFloat(String(value.f)) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalize(item)]));
}

function toFloat(text: string): string {
  return /n/.test(text)
    ? text.replace('Infinity', 'inf').replace('NaN', 'nan')
    : String(Number(text));
}

/** The error that Jinja2 answers with. */
export function findError(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('e' in answer)) return undefined;
  return String(answer.e);
}
