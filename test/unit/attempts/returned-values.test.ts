import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

/** Runs an actor that returns, or keeps, a value. */
async function run(output: unknown, state: object = {}) {
  class Returning extends Actor {
    execute(): unknown {
      this.updateState(state as never);
      return output;
    }
  }
  const world = createWorld(toTriggers({ name: 't', actor: 'a', retry: { maxAttempts: 1 } }), {
    a: Returning,
  });
  await world.send(createEvent());
  await world.drain();
  const [found] = await world.runs();
  const log = found?.attempts[0]?.log ?? [];
  return { found, lines: log.map(({ level, message }) => `${level} ${message}`) };
}

const outputOf = ({ found }: Awaited<ReturnType<typeof run>>) =>
  found?.status === 'succeeded' ? JSON.stringify(found.output) : found?.status;

class Order {
  readonly id = 7;
  readonly #secret = 1;
  total(): number {
    return this.#secret;
  }
}

class Empty {
  run(): void {}
}

describe('a value that an actor returns and JSON has no form for', () => {
  it.each([
    [
      { m: new Map([['a', { n: 1 }]]) },
      '{"m":{"a":{"n":1}}}',
      'info output.m (Map): kept as an object',
    ],
    [
      new Map([[1, 'a']]),
      '[[1,"a"]]',
      'info output (Map): kept as a list of pairs, since its keys are not texts',
    ],
    [{ s: new Set(['a', 'b']) }, '{"s":["a","b"]}', 'info output.s (Set): kept as a list'],
    [
      { at: new Date(0) },
      '{"at":"1970-01-01T00:00:00.000Z"}',
      'info output.at (Date): kept as a text in ISO 8601',
    ],
    [{ at: new Date(Number.NaN) }, '{"at":null}', 'warn output.at (invalid Date): kept as null'],
    [
      { n: 2n ** 70n },
      '{"n":1180591620717411303424}',
      'info output.n (BigInt): kept as a number, with all its digits',
    ],
    [{ n: Number.NaN }, '{"n":null}', 'warn output.n (NaN): kept as null'],
    [{ f() {}, a: 1 }, '{"a":1}', 'warn output.f (function): kept as nothing'],
    [() => 1, 'null', 'warn output (function): kept as nothing'],
    [
      { e: new TypeError('no') },
      '{"e":{"name":"TypeError","message":"no"}}',
      'warn output.e (Error): kept as its name and message',
    ],
    [{ r: /a+/g }, '{"r":"/a+/g"}', 'info output.r (RegExp): kept as its text'],
    [new Order(), '{"id":7}', 'info output (Order): kept as its own fields'],
    [{ x: new Empty() }, '{"x":{}}', 'warn output.x (Empty): kept as an empty object'],
    [{ p: Promise.resolve(1) }, '{"p":{}}', 'warn output.p (Promise): kept as an empty object'],
  ])('is kept in a form that the run names: %#', async (value, json, line) => {
    const result = await run(value);
    expect(outputOf(result)).toBe(json);
    expect(result.lines).toEqual([line]);
  });

  it('is one line for each kind, however many there are', async () => {
    const items = Array.from({ length: 50 }, () => ({ at: new Date(0), tags: new Set(['x']) }));
    const { lines } = await run({ items });
    expect(lines).toEqual([
      'info output.items.0.at (Date) and 49 more: kept as a text in ISO 8601',
      'info output.items.0.tags (Set) and 49 more: kept as a list',
    ]);
  });

  it('is kept in the state as in the output', async () => {
    const { found, lines } = await run(undefined, { seen: new Map([['a', 1]]) });
    expect(found?.state).toEqual({ seen: { a: 1 } });
    expect(lines).toEqual(['info state.seen (Map): kept as an object']);
  });

  it('leaves plain JSON, and what says its own form, as it is, without a word', async () => {
    const own = { toJSON: () => ({ own: true }) };
    const value = { a: [1, 'x', null, undefined, true], b: undefined, own };
    const result = await run(value);
    expect(outputOf(result)).toBe('{"a":[1,"x",null,null,true],"own":{"own":true}}');
    expect(result.lines).toEqual([]);
  });

  it('fails the attempt where it is within itself, as JSON does', async () => {
    const circle: Record<string, unknown> = { m: new Map() };
    circle.self = circle;
    expect(outputOf(await run(circle))).toBe('failed');
  });
});
