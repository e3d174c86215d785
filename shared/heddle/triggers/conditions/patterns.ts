import { RE2JS } from 're2js';

/** Characters of a pattern as it is written. */
const MAX_PATTERN_CHARS = 1000;
/** Instructions of the program that it becomes: `(a{30}){30}` is short, and has 900. */
const MAX_PROGRAM_SIZE = 1000;
/** The work is program times text, so that what a sender can make of it is bounded by both. */
const MAX_TEXT_CHARS = 262_144;

/** Whether a text begins with what the pattern says. */
export type TestText = (text: string) => boolean;

/**
 * A pattern in RE2's syntax, which takes linear time: the text comes from senders. It is anchored at
 * the start alone, as Python's `re.match` is; a longer text than {@link MAX_TEXT_CHARS} never matches.
 * @see https://github.com/google/re2/wiki/Syntax
 * @throws what is wrong with it
 */
export function compilePattern(pattern: string): TestText {
  if (pattern.length > MAX_PATTERN_CHARS) {
    throw new Error(`expected a pattern of at most ${MAX_PATTERN_CHARS} characters`);
  }
  // Alone first: an unbalanced parenthesis must not close the group around it.
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
