import { describe, expect, it } from 'vitest';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { toInputHash } from '../../../shared/heddle/pipeline/concurrency/input-hash.ts';
import { createSlot } from '../../../shared/heddle/pipeline/concurrency/slot-state.ts';
import {
  findSlotsOfRun,
  isLimitedInNumber,
  toMax,
} from '../../../shared/heddle/pipeline/concurrency/slots-of-run.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';
import { createWorld } from '../../helpers/world.ts';

type Written = Partial<Record<keyof Trigger, unknown>>;

function find(written: Written, data: object = {}) {
  const trigger = createTrigger({ name: 't', ...written });
  const { engine } = createWorld([trigger], {});
  return findSlotsOfRun(engine, { trigger, event: createEvent({ data: { ...data } }) });
}

describe('the limit in number of a trigger', () => {
  it.each([
    [{}, undefined],
    [{ maxConcurrent: 3 }, 3],
    [{ maxConcurrent: 3, concurrencyKey: '{{ event.repo }}' }, 3],
    [{ concurrencyKey: '{{ event.repo }}' }, 1],
    [{ overlap: 'skip' }, 1],
  ])('of %j is %j', (written, max) => {
    const trigger = createTrigger(written);
    expect(toMax(trigger)).toBe(max);
    expect(isLimitedInNumber(trigger)).toBe(max !== undefined);
  });

  it('is there where no two runs may have the same input', () => {
    expect(isLimitedInNumber(createTrigger({ allowConcurrent: false }))).toBe(true);
  });
});

describe('the slots that a run needs', () => {
  it('are none where nothing limits its number', async () => {
    expect(await find({})).toEqual({ input: undefined, shared: undefined, key: undefined });
  });

  it('are shared by the runs of its trigger', async () => {
    const { shared, ...rest } = await find({ maxConcurrent: 3 });
    expect(shared).toEqual(createSlot('t', 3, 'slots', ''));
    expect(rest).toEqual({ input: undefined, key: undefined });
  });

  it('are shared by the runs of its key', async () => {
    const concurrencyKey = '{{ event.repo }}';
    const found = await find({ concurrencyKey }, { repo: 'a' });
    expect(found).toEqual({
      ...{ input: undefined, key: 'a' },
      shared: createSlot('t', 1, 'slots', 'a'),
    });
    expect(found.shared?.id).not.toBe((await find({ concurrencyKey }, { repo: 'b' })).shared?.id);
  });

  it('says which template it is that cannot be rendered', async () => {
    const concurrencyKey = '{{ event.repo | json_parse }}';
    await expect(find({ concurrencyKey })).rejects.toThrow('concurrencyKey');
  });

  it('has one for its input alone, which says of what input', async () => {
    const written = { allowConcurrent: false, variables: { file: '{{ event.file }}' } };
    const { input, shared } = await find(written, { file: 'one.csv', noise: 1 });
    expect(shared).toBeUndefined();
    expect(input).toEqual({
      ...createSlot('t', 1, 'input', input?.inputHash ?? ''),
      inputHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await find(written, { file: 'one.csv', noise: 2 })).input).toEqual(input);
    expect((await find(written, { file: 'two.csv' })).input?.id).not.toBe(input?.id);
  });

  it('has none for an input that cannot be made: its attempt fails, and says why', async () => {
    const isJson = { file: '{{ event.file | json_parse }}' };
    const found = await find({ allowConcurrent: false, maxConcurrent: 2, variables: isJson }, {});
    expect(found).toMatchObject({ input: undefined, shared: { max: 2 } });
  });
});

describe('the digest of an input', () => {
  it('is the same whatever the order of its keys, at any depth', () => {
    const one = { a: 1, b: { c: [{ d: 1, e: 2 }], f: null } };
    const other = { b: { f: null, c: [{ e: 2, d: 1 }] }, a: 1 };
    expect(toInputHash(one)).toBe(toInputHash(other));
  });

  it.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [
      { a: 1, b: 2 },
      { a: 2, b: 1 },
    ],
    [{ a: { b: 1 } }, { a: { c: 1 } }],
  ])('of %j is not that of %j', (one, other) => {
    expect(toInputHash(one)).not.toBe(toInputHash(other));
  });

  it('tells numbers apart that no double holds', () => {
    const raw = (text: string) => ({ n: JSON.rawJSON(text) }) as never;
    expect(toInputHash(raw('9007199254740993'))).not.toBe(toInputHash(raw('9007199254740992')));
  });
});
