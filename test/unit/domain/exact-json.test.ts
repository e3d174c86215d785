import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mayBeInexact,
  parseExactJson,
  stringifyExact,
  TooManyExactError,
  toPlainJson,
} from '../../../shared/heddle/domain/exact-json.ts';
import {
  compareExact,
  ExactNumber,
  isInexact,
  toNumber,
} from '../../../shared/heddle/domain/exact-number.ts';
import { isDeeperThan, isJsonObject } from '../../../shared/heddle/domain/json.ts';
import { parseJson } from '../../../shared/heddle/sources/body.ts';
import { jsonNumber, toValueText } from '../../helpers/json-numbers.ts';

const BEYOND = [
  '9007199254740993',
  '820982911946154508',
  '0.10000000000000000555',
  '1e400',
  '1e-400',
];
const HELD = [
  '0',
  '-0',
  '12.50',
  '1E2',
  '9007199254740992',
  '1.7976931348623157e308',
  '5e-324',
  '1e21',
];

describe('numbers that no double holds', () => {
  const text = `[${BEYOND.join()},${HELD.join()}]`;

  it('may be as many as is allowed, and no more', () => {
    expect(stringifyExact(parseExactJson(text, BEYOND.length))).toContain(BEYOND[0]);
    expect(() => parseExactJson(text, BEYOND.length - 1)).toThrow(TooManyExactError);
  });

  it('beyond 50,000 make a payload malformed, which says what to do', () => {
    const list = (length: number) => `{"n":[${Array(length).fill('9007199254740993').join()}]}`;
    expect(parseJson(list(50_000))).toHaveProperty('n');
    expect(() => parseJson(list(50_001))).toThrow(/more than 50000 numbers .* send them as texts/);
  });
});

describe('a number of JSON', () => {
  it.each(BEYOND)('%s, which no double holds, keeps its own text', (text) => {
    expect(JSON.stringify(parseExactJson(`{"n":[${text}]}`))).toBe(`{"n":[${text}]}`);
    expect(JSON.stringify(parseExactJson(text))).toBe(text);
  });

  it.each(HELD)('%s, which a double holds, is a number', (text) => {
    expect(parseExactJson(text)).toBe(Number(text));
    expect(parseExactJson(`{"n":${text}}`)).toEqual({ n: Number(text) });
  });

  it('keeps its value, whatever it is', () => {
    fc.assert(
      fc.property(jsonNumber, (text) => {
        const written = JSON.stringify(parseExactJson(` [${text}]`)).slice(1, -1);
        expect(toValueText(written)).toBe(toValueText(text));
      }),
    );
  });

  it('is what the digits of a double say, not its bits', () => {
    expect(parseExactJson('1152921504606846976')).toBeInstanceOf(ExactNumber);
    expect(parseExactJson('1152921504606847000')).toBe(2 ** 60);
  });

  it('equals another by its value, and is ordered by it', () => {
    const sign = (number = Number.NaN) => Math.sign(number);
    fc.assert(
      fc.property(jsonNumber, jsonNumber, (a, b) => {
        const [left, right] = [toNumber(a), toNumber(b)];
        const isEqual = toValueText(a) === toValueText(b);
        if (left instanceof ExactNumber || right instanceof ExactNumber) {
          expect(compareExact(left, right) === 0).toBe(isEqual);
          expect(sign(compareExact(left, right))).toBe(-sign(compareExact(right, left)) + 0);
        } else expect(left === right).toBe(isEqual);
      }),
    );
    const ascending = ['-1e400', '-9007199254740993', '0', '1e-400', '0.1', '9007199254740992'];
    const texts = [...ascending, '9007199254740993', '1e308', '1e400', '1e9999999999999999'];
    for (const [index, text] of texts.entries()) {
      const next = texts[index + 1];
      const isOrdered = next !== undefined && (isInexact(text) || isInexact(next));
      if (isOrdered) expect(compareExact(toNumber(text), toNumber(next))).toBeLessThan(0);
    }
  });

  it('is compared without being written out', () => {
    const huge = new ExactNumber('1e1000000000');
    expect(compareExact(huge, new ExactNumber('10e999999999'))).toBe(0);
    expect(compareExact(huge, new ExactNumber(`1e${'9'.repeat(1_000_000)}`))).toBeLessThan(0);
    expect(isInexact(`1e${'9'.repeat(1_000_000)}`)).toBe(true);
    expect(isInexact(`0.${'0'.repeat(1_000_000)}1`)).toBe(true);
  });

  it('equals the quoted text of its digits only where no double holds it', () => {
    expect(compareExact(new ExactNumber('9007199254740993'), '9007199254740993')).toBe(0);
    expect(compareExact(new ExactNumber('9007199254740993'), '9007199254740993.0')).toBe(0);
    for (const text of ['9007199254740992', '42', 'x', '', '09007199254740993', '1e']) {
      expect(compareExact(new ExactNumber('9007199254740993'), text)).toBeUndefined();
    }
  });
});

describe('an exact number', () => {
  const number = new ExactNumber('9007199254740993');

  it('is no object of JSON and has no depth', () => {
    expect(isJsonObject(number)).toBe(false);
    expect(isDeeperThan({ number }, 1)).toBe(false);
  });

  it("is not mistaken for a sender's object of the same look", () => {
    const text = '{"a":{"text":"9007199254740993"},"b":{"rawJSON":"9007199254740993"}}';
    expect(JSON.stringify(parseExactJson(text))).toBe(text);
  });
});

describe('JSON', () => {
  it('is parsed as by JSON.parse where it has no such number', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.stringify(parseExactJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it.each(['', '{', '01', '1.', '.5', '+1', '1e', '[9007199254740993', '{"a":1e}'])(
    'that is none is refused: %s',
    (text) => expect(() => parseExactJson(text)).toThrow(SyntaxError),
  );

  it('of any depth is parsed', () => {
    const levels = 200_000;
    const text = `${'['.repeat(levels)}1e400${']'.repeat(levels)}`;
    expect(isDeeperThan(parseExactJson(text), 1000)).toBe(true);
  });

  it('gives code the text of the digits, and the same object where there is no such number', () => {
    const plain = { a: [{ b: 1, c: [null, 'x', true] }] };
    expect(toPlainJson(plain)).toBe(plain);
    const text = '{"a":[1,{"b":9007199254740993}],"__proto__":{"n":1e400},"c":{"d":1}}';
    const exact = parseExactJson(text) as { readonly c: object };
    const given = toPlainJson(exact);
    expect(JSON.stringify(given)).toBe(text.replace(/9\d{15}|1e400/g, '"$&"'));
    expect(given.c).toBe(exact.c);
    expect(JSON.stringify(exact)).toBe(text);
  });

  it('takes the bigints of code as numbers', () => {
    expect(stringifyExact({ id: 9007199254740993n, at: new Date(0) })).toBe(
      '{"id":9007199254740993,"at":"1970-01-01T00:00:00.000Z"}',
    );
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(() => stringifyExact(circle)).toThrow(TypeError);
  });
});

describe('the scan of a body', () => {
  it.each([
    '{"n":123456789012345}',
    '{"n":-12345678901234}',
    '{"n":12345.67890123,"t":1767225600000}',
    '{"id":"7615917337495252231","sha":"3e5d2bc0a9f1b3e5d2bc"}',
    '["evt_9007199254740993", "a1e400"]',
  ])('takes the fast path: %s', (text) => expect(mayBeInexact(text)).toBe(false));

  it.each([
    '{"n":1234567890123456}',
    '{"n": -1234567890.123456}',
    '[0.1234567890123456]',
    '[1,1e2]',
    '{"n":\n12.5E-7}',
    '9007199254740993',
    '-1e5',
  ])('takes the exact path: %s', (text) => expect(mayBeInexact(text)).toBe(true));

  it('misses no number that a double does not hold', () => {
    fc.assert(
      fc.property(jsonNumber, fc.constantFrom('', ' ', '\t', '\n'), (number, space) => {
        const isFound = [`[${space}${number}]`, `{"n":${space}${number}}`, `[1,${space}${number}]`];
        if (isInexact(number)) expect(isFound.map(mayBeInexact)).toEqual([true, true, true]);
      }),
    );
  });
});
