import fc from 'fast-check';
import { z } from 'zod';
import type { Json, JsonObject } from '../../shared/heddle/domain/json.ts';
import { defineSource, type SourceEvent } from '../../shared/heddle/sources/source.ts';

export const fakeKinds = [
  defineSource({
    kind: 'fake',
    methods: ['POST'],
    defaultSecrets: [],
    settings: z.strictObject({}),
    create: () => {
      throw new Error('expected nobody to make a source');
    },
  }),
];

type Step = string | number;
/** `*` matches any step. */
export type Pattern = readonly Step[];

export interface RedactionCase {
  readonly event: SourceEvent;
  readonly patterns: readonly Pattern[];
}

export interface Leaf {
  readonly path: readonly Step[];
  readonly value: string;
}

export function listLeaves(value: Json, path: readonly Step[] = []): readonly Leaf[] {
  if (typeof value === 'string') return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    listLeaves(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** True when the pattern names the leaf or an ancestor of it. */
export function matches(pattern: Pattern, path: readonly Step[]): boolean {
  return (
    pattern.length <= path.length &&
    pattern.every((step, index) => step === '*' || step === path[index])
  );
}

const simple = /^[a-z]+$/;

export function toPathText(pattern: Pattern): string {
  const toText = (step: Step) => {
    if (typeof step === 'number' || step === '*') return `[${step}]`;
    return simple.test(step) ? `.${step}` : `['${step}']`;
  };
  return pattern.map(toText).join('');
}

/** Names of an object's prototype, of parts of an event, and such as need quotes, among others. */
const name = fc.constantFrom(
  ...['a', 'b', 'c', 'data', 'fields', 'first name', 'a.b', '__proto__', 'toString', '0x', ''],
);

const { tree } = fc.letrec<{ tree: Json; node: Json }>((tie) => ({
  tree: fc.dictionary(name, tie('node'), { maxKeys: 4, noNullPrototype: true }),
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant('leaf'),
    fc.constantFrom<Json>(null, true, 0),
    fc.array(tie('node'), { maxLength: 3 }),
    tie('tree'),
  ),
}));

/** Gives each leaf a text that occurs nowhere else. */
function number(value: Json, count = { leaves: 0 }): Json {
  if (value === 'leaf') return `secret-${count.leaves++}-text`;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => number(item, count));
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, number(item, count)]));
}

/** The path of a leaf or an ancestor, with some of its steps replaced by `*`. */
function arbitraryPattern(leaves: readonly Leaf[]): fc.Arbitrary<Pattern> {
  return fc
    .tuple(fc.constantFrom(...leaves), fc.nat(), fc.infiniteStream(fc.boolean()))
    .map(([{ path }, cut, isAny]) => {
      const steps = path.slice(0, 1 + (cut % path.length));
      return steps.map((step) => (isAny.next().value && cut % 3 === 0 ? '*' : step));
    });
}

/** A payload, paths into it, and normalized copies of its texts in fields, subject and id. */
export const arbitraryRedaction: fc.Arbitrary<RedactionCase> = tree
  .map((data) => number(data) as JsonObject)
  .filter((data) => listLeaves(data).length > 0)
  .chain((data) => {
    const leaves = listLeaves(data);
    const copied = fc.constantFrom(...leaves.map(({ value }) => value));
    return fc.record({
      event: fc.record({
        id: copied.map((text) => `id-${text}`),
        type: fc.constant('test'),
        subject: copied.map((text) => `about ${text}`),
        data: fc.constant(data),
        dataJson: fc.constant(JSON.stringify(data)),
        fields: fc.record({ one: copied, more: fc.array(copied, { maxLength: 2 }) }),
      }),
      patterns: fc.array(arbitraryPattern(leaves), { minLength: 1, maxLength: 3 }),
    });
  });
