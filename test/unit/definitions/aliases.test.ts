import { describe, expect, it } from 'vitest';
import type { ReadYaml } from '../../../shared/heddle/domain/fault.ts';
import { loadTriggers } from '../../../shared/heddle/triggers/definitions/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';

const known = { actors: ['log'], sources: ['emit'] };
const load = (text: string) => loadTriggers(readYaml(text), known);
const faultsOf = (read: ReadYaml) => ('faults' in read ? read.faults : []);

describe('aliases', () => {
  it('of one anchor may be as many as there are triggers (getwud/wud #879)', () => {
    const lines = Array.from({ length: 3000 }, (_, index) => {
      const retry = index === 0 ? '&r { maxAttempts: 2, delay: 1s }' : '*r';
      return `  - { name: t${index}, source: emit, eventType: x${index}, actor: log, retry: ${retry} }`;
    });
    const { triggers, faults } = load(['triggers:', ...lines].join('\n'));
    expect(faults).toEqual([]);
    expect(triggers).toHaveLength(3000);
    expect(triggers.at(-1)?.retry).toMatchObject({ maxAttempts: 2, delay: 1000 });
  });

  it('that multiply are refused at the alias that passes the bound, and nothing is written out', () => {
    const nine = (name: string) => Array.from({ length: 9 }, () => name).join(', ');
    const layers = Array.from({ length: 60 }, (_, i) =>
      i === 0 ? `l0: &l0 [${nine('lol')}]` : `l${i}: &l${i} [${nine(`*l${i - 1}`)}]`,
    );
    const before = process.memoryUsage().heapUsed;
    const faults = faultsOf(readYaml(layers.join('\n')));
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
    expect(faults).toEqual([
      { line: 7, message: expect.stringContaining('1000000 values and 10000000 characters') },
    ]);
  });

  it('that multiply by merge keys are refused too', () => {
    const layers = Array.from({ length: 40 }, (_, i) =>
      i === 0 ? 'l0: &l0 { a: 1 }' : `l${i}: &l${i} { <<: [*l${i - 1}, *l${i - 1}] }`,
    );
    expect(faultsOf(readYaml(layers.join('\n')))).toMatchObject([{ line: 18 }]);
  });

  it('of a long text are bounded by its length', () => {
    const uses = (count: number) => `b: [${Array.from({ length: count }, () => '*a').join(', ')}]`;
    const text = `a: &a ${'x'.repeat(100_000)}\n`;
    expect(faultsOf(readYaml(`${text}${uses(99)}`))).toEqual([]);
    expect(faultsOf(readYaml(`${text}${uses(101)}`))).toMatchObject([{ line: 2 }]);
  });

  it('that nest in each other are bounded in depth', () => {
    const chain = Array.from({ length: 300 }, (_, i) =>
      i === 0 ? 'l0: &l0 {}' : `l${i}: &l${i} { x: *l${i - 1} }`,
    );
    const faults = faultsOf(readYaml(chain.join('\n')));
    expect(faults[0]).toEqual({ line: 200, message: 'expected at most 200 levels of nesting' });
  });

  it('within their own anchor are a fault of their line', () => {
    const [fault, ...more] = faultsOf(
      readYaml('triggers:\n  - &knot\n    name: a\n    x: *knot\n'),
    );
    expect(fault).toEqual({ line: 4, message: expect.stringContaining('*knot is within &knot') });
    expect(more).toEqual([]);
  });

  it('stand for the anchor of that name that is before them', () => {
    const read = readYaml('a: [&x 1, *x, &x 2, *x]\nb: *x\n&k c: &n\nd: *n\ne: { *k : 3 }\n');
    expect(read).toMatchObject({ value: { a: [1, 1, 2, 2], b: 2, c: null, d: null, e: { c: 3 } } });
  });

  it('without an anchor may be texts that were meant in quotes', () => {
    expect(faultsOf(readYaml('path: *.csv'))).toMatchObject([
      { line: 1, message: expect.stringMatching(/put a text that begins with \* in quotes$/) },
    ]);
  });
});

describe('a fault in what came by an alias or a merge key', () => {
  it('has the line where it is written, and the trigger that has it', () => {
    const { faults } = load(`
x-retry: &retry
  maxAttempts: 0
triggers:
  - &base
    name: a
    source: emit
    actor: nobody
    retry: *retry
  - <<: *base
    name: b
    colour: red
  - <<: [{ name: c }, *base]
    actor: log
`);
    expect(faults.map(({ line, trigger }) => `${line} ${trigger}`)).toEqual([
      ...['3 a', '3 b', '3 c', '8 a', '8 b', '12 b'],
    ]);
  });

  it('that is missing has the line of the trigger', () => {
    const { faults } = load(
      'triggers:\n  - &base\n    source: emit\n  -\n    <<: *base\n    name: b\n',
    );
    expect(faults.map(({ line }) => line)).toEqual([3, 3, 5, 6].slice(0, faults.length));
  });
});

describe('a part whose name begins with x-', () => {
  it('holds anchors at the top of a file, and is nothing itself', () => {
    const text = `
x-defaults: &r { maxAttempts: 2, delay: 1s }
triggers:
  - &base { name: a, source: emit, eventType: x, actor: log, retry: *r }
  - <<: *base
    name: b`;
    const { triggers, faults } = load(text);
    expect(faults).toEqual([]);
    const [a, b] = triggers;
    expect({ ...b, name: 'a' }).toEqual(a);
  });

  it('is an unknown field anywhere else', () => {
    const { faults } = load('triggers:\n  - { name: a, source: emit, actor: log, x-note: 1 }');
    expect(faults).toMatchObject([{ line: 2, message: expect.stringContaining('"x-note"') }]);
  });
});
