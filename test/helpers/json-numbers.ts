import fc from 'fast-check';

/** Numbers as JSON writes them, most of which no double holds. */
export const jsonNumber: fc.Arbitrary<string> = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.maxSafeInteger().map(String),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
  fc.bigInt({ min: 2n ** 53n - 4n, max: 2n ** 53n + 4n }).map(String),
  fc
    .record({
      minus: fc.constantFrom('', '-'),
      whole: fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9]\d{0,25}$/)),
      part: fc.option(fc.stringMatching(/^\d{1,25}$/), { nil: undefined }),
      exponent: fc.option(fc.stringMatching(/^[eE][-+]?\d{1,4}$/), { nil: undefined }),
    })
    .map(({ minus, whole, part, exponent = '' }) => {
      return `${minus}${whole}${part === undefined ? '' : `.${part}`}${exponent}`;
    }),
);

/** The value of a number's text, by bigints alone: two numbers of equal value have equal texts. */
export function toValueText(number: string): string {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  const [whole = '', part = ''] = mantissa.split('.');
  let digits = BigInt(`${whole}${part}`);
  let power = Number(exponent) - part.length;
  if (digits === 0n) return '0';
  while (digits % 10n === 0n) {
    digits /= 10n;
    power += 1;
  }
  return `${digits}e${power}`;
}

/** The texts of the numbers in a JSON text with no other digits. */
export function findNumbers(json: string): readonly string[] {
  return [...json.matchAll(/-?\d[\d.eE+-]*/g)].map(([text]) => text);
}
