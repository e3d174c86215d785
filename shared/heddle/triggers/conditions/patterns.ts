import { RE2JS } from 're2js';

/** Maximum length of a pattern. */
const MAX_PATTERN_CHARS = 1000;
/** Maximum number of instructions in the compiled pattern: `(a{30}){30}` is short, and has 900. */
const MAX_PROGRAM_SIZE = 1000;
/** The work is instructions times characters, so both bounds limit what a sender can cause. */
const MAX_TEXT_CHARS = 262_144;

/** Whether a text matches the pattern from its start. */
export type TestText = (text: string) => boolean;

/**
 * Compiles a pattern in RE2's syntax, which takes linear time, since the text comes from senders.
 * It is anchored at the start only, like Python's `re.match`. A text longer than
 * {@link MAX_TEXT_CHARS} never matches.
 * @see https://github.com/google/re2/wiki/Syntax
 * @throws an error that names the fault
 */
export function compilePattern(pattern: string): TestText {
  if (pattern.length > MAX_PATTERN_CHARS) {
    throw new Error(`expected a pattern of at most ${MAX_PATTERN_CHARS} characters`);
  }
  // Compiled alone first: an unbalanced parenthesis must not close the group around it.
  if (compile(pattern).programSize() > MAX_PROGRAM_SIZE) {
    throw new Error('the pattern becomes too large: repeat less in it');
  }
  const anchored = compile(`^(?:${pattern})`);
  return (text) => text.length <= MAX_TEXT_CHARS && anchored.test(text);
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const reason = (error as Error).message.replace(/^error parsing regexp: /, '');
    throw new Error(`expected a pattern in RE2's syntax: ${reason.slice(0, 200)}`);
  }
}
