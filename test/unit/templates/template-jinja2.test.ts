import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  answers,
  ask,
  type Case,
  fill,
  findError,
  normalize,
} from '../../helpers/jinja-answers.ts';

/** Where Jinja2 fails and the product answers: the lines "Where Jinja2 fails" of the README. */
const ANSWERED: Readonly<Record<string, RegExp>> = {
  'values without an order compare as false, and are in no list':
    /not supported between|requires string as left|is not iterable|unhashable type/,
  'a missing value compares as false': /^UndefinedError/,
  'an infinite number has no integer': /cannot convert float infinity/,
  'a tuple is a list': /can only concatenate tuple/,
  '~ after + and - is added last': /unsupported operand type\(s\) for [-+]/,
  'a filter of texts takes a number for its text': /has no len\(\)|has no attribute 'splitlines'/,
  'if may follow a test without arguments': /^TemplateSyntaxError/,
};

/** Jinja2 answers, and the product refuses the file: never at run time. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'what counts, builds or is not known': /unknown (?:filter|test|method|name) "/,
  'a filter or test that is named when the event comes': /needs the name of a|written out/,
  'formats for Python’s own eyes, and widths from payloads': /unknown format %r|width of \*/,
  'no batches': /takes a positive number/,
  'sameas of anything but a constant': /"sameas" takes/,
};

const isSame = (a: unknown, b: unknown) => isDeepStrictEqual(normalize(a), normalize(b));

/** Undefined where the product answers as Jinja2 does, but for the named differences. */
function findDifference(given: Case, answer: Answer): string | undefined {
  const [text, plain, spelled = plain] = given;
  const error = findError(plain);
  if (answer.kind === 'value') {
    if (isSame(answer.value, plain) || isSame(answer.value, spelled)) return undefined;
    const isNamed = Object.values(ANSWERED).some((pattern) => pattern.test(error ?? ''));
    if (isNamed && (findError(spelled) !== undefined || / ~ /.test(text))) return undefined;
  } else if (error !== undefined || findError(spelled) !== undefined) {
    return undefined;
  } else if (answer.kind === 'refused') {
    if (Object.values(REFUSED).some((pattern) => pattern.test(answer.message))) return undefined;
  }
  return `${text} gives ${JSON.stringify(answer)}, in Jinja2 ${JSON.stringify(given.slice(1))}`;
}

describe('what Jinja2 answers', () => {
  it('is kept with the version that answered', () => {
    expect(answers.made.jinja2).toMatch(/^3\.1\./);
    expect(answers.expressions.length).toBeGreaterThan(5000);
  });

  it('is what an expression gives, or the file is refused', () => {
    const found = answers.expressions.map((one) => findDifference(one, ask(one[0])));
    expect(found.filter((difference) => difference !== undefined)).toEqual([]);
  });

  it('is what a template renders to, or the file is refused', () => {
    const found = answers.templates.map((one) => findDifference(one, fill(one[0])));
    expect(found.filter((difference) => difference !== undefined)).toEqual([]);
  });

  it('is the very same for most: differences are few and named', () => {
    const results = answers.expressions.map((one) => ({ one, answer: ask(one[0]) }));
    const own = results.filter(({ one: [, plain], answer }) => {
      return answer.kind === 'value' && !isSame(answer.value, plain);
    });
    const others = results.filter(({ one: [, plain], answer }) => {
      return answer.kind !== 'value' && findError(plain) === undefined;
    });
    expect(own.length / results.length).toBeLessThan(0.25);
    expect(others.length).toBeLessThan(60);
  });

  it.each(Object.entries(ANSWERED))('differs where Jinja2 fails: %s', (_, pattern) => {
    const isExample = ([text, plain]: Case) =>
      pattern.test(findError(plain) ?? '') && ask(text).kind === 'value';
    expect(answers.expressions.some(isExample)).toBe(true);
  });
});
