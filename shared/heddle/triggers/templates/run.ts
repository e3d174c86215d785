import type { Json } from '../../domain/json.ts';
import { type Parsed, toLine } from './compile-template.ts';
import { type Evaluate, type Frame, Scope } from './frame.ts';
import { toJson, type Value } from './values.ts';
import { Work, weigh } from './work.ts';

const MAX_OUTPUT_CHARS = 100_000;

/** @throws when the template does something that is not allowed, or too much */
export function run(parsed: Parsed, scope: Scope): string {
  const frame = createFrame(scope);
  atLine(parsed, frame, () => parsed.run(frame));
  if (frame.out.length > MAX_OUTPUT_CHARS) throw new Error(TOO_LONG);
  return frame.out;
}

/**
 * The value of a template that is one whole expression; of others their text. A missing value is an
 * empty text, as it always was.
 */
export function evaluateWhole(parsed: Parsed, scope: Scope): Json {
  const { whole } = parsed;
  if (!whole) return run(parsed, scope);
  const frame = createFrame(scope);
  const value = atLine(parsed, frame, () => whole(frame));
  if (value === undefined || typeof value === 'string') return run(parsed, scope);
  frame.work.readAll(value);
  if (weigh(value, MAX_OUTPUT_CHARS) > MAX_OUTPUT_CHARS) throw new Error(TOO_LONG);
  return toJson(value);
}

/** The value of the expression that the whole template is. It is not written out. */
export function evaluate(parsed: Parsed, whole: Evaluate, scope: Scope): Value {
  const frame = createFrame(scope);
  return atLine(parsed, frame, () => whole(frame));
}

const TOO_LONG = `the text is longer than ${MAX_OUTPUT_CHARS} characters`;

function createFrame(scope: Scope): Frame {
  // A separate scope: variables of one template are not visible to others.
  return { scope: new Scope(scope), work: new Work(), out: '', line: 1 };
}

function atLine<T>({ hasLines }: Parsed, frame: Frame, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (!hasLines) throw error;
    throw new Error(`${(error as Error).message}${toLine(frame.line)}`);
  }
}
