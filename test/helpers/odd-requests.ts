import fc from 'fast-check';

export type Mutation = (text: string) => string;

const WHOLE: readonly Mutation[] = [
  (text) => text.toUpperCase(),
  (text) => `${text}, ${text}`,
  (text) => text.slice(0, -1),
  () => '',
];

/**
 * Creates changes that leave a text alone, or alter it a little: at the start, at the end or in
 * between.
 * @param more changes that are meaningful within the sender's signature
 */
export function createMutation(more: readonly Mutation[]): fc.Arbitrary<Mutation> {
  return fc.oneof(
    fc.constant<Mutation>((text) => text),
    fc
      .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(2), fc.string({ maxLength: 2 }))
      .map(([place, removed, added]): Mutation => {
        return (text) => {
          const at = Math.floor(place * text.length);
          return text.slice(0, at) + added + text.slice(at + removed);
        };
      }),
    fc.constantFrom(...WHOLE, ...more),
  );
}

/** Bodies that are no sender's payload: bytes, JSON of any kind, deep nesting. */
export const noise: fc.Arbitrary<Buffer> = fc
  .oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json(),
    fc.constantFrom(
      '{"__proto__":{"polluted":1}}',
      '"\u0000"',
      '\ufeff{}',
      'null',
      '[]',
      '1',
      '""',
    ),
    fc.constantFrom('[', '{"a":', '&a=').map((open) => open.repeat(5000)),
    fc.nat(300).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
  )
  .map((content) => Buffer.from(content));

export const paths = fc.webQueryParameters().map((query) => `/?${query}`);
