import { describe, expect, it } from 'vitest';
import type { Event } from '../../../shared/heddle/domain/event.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import type { TriggerCode } from '../../../shared/heddle/triggers/code/code.ts';
import { decide, type MatchOptions } from '../../../shared/heddle/triggers/match/match.ts';
import { createSnapshot } from '../../helpers/catalogue.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';
import { createMatchTools } from '../../helpers/match-tools.ts';

type Written = Partial<Record<keyof Trigger, unknown>>;

interface Given extends Partial<MatchOptions> {
  readonly filter?: TriggerCode['filter'] | ((event: Event) => unknown);
}

/** Decides for one trigger, named `a-trigger`. */
function decideOne(
  written: Written,
  event: Partial<Event> = {},
  { filter, ...options }: Given = {},
) {
  const code = filter && new Map([['a-trigger', { filter: filter as (event: Event) => boolean }]]);
  const registry = createSnapshot([createTrigger(written)], createMatchTools(code));
  const redact = (text: string) => text.replaceAll('s3cret', '***');
  return decide(createEvent(event), 'key', registry, { redact, ...options }).decisions[0];
}
const MATCHED = { outcome: 'matched' };

describe('the clauses of a trigger', () => {
  it('are asked in the order of what they cost', () => {
    const all = {
      ...{ enabled: false, source: 'completion', sourceActor: 'a', status: 'failed' },
      conditions: { expression: 'event.x', a_pattern: 'y', b: 1 },
      filter: { c: 1 },
    };
    const steps: readonly (readonly [string, Partial<Event>])[] = [
      ['requireVerification', { verified: false }],
      ['sourceActor', {}],
      ['status', { fields: { actor: 'a' } }],
      ['conditions.b', { fields: { actor: 'a', status: 'failed' } }],
      ['conditions.a_pattern', { fields: { actor: 'a', status: 'failed', b: 1 } }],
      ['conditions.expression', { fields: { actor: 'a', status: 'failed', b: 1, a: 'y' } }],
      ['filter.c', { fields: { actor: 'a', status: 'failed', b: 1, a: 'y', x: 1 } }],
    ];
    const base = { source: 'completion', data: {}, fields: {} };
    const filter = () => false;
    expect(decideOne(all, base)).toMatchObject({
      clause: 'enabled',
      expected: 'true',
      found: 'false',
    });
    for (const [clause, event] of steps) {
      const decision = decideOne({ ...all, enabled: true }, { ...base, ...event }, { filter });
      expect(decision).toMatchObject({ outcome: 'unmatched', clause });
    }
    const fields = { actor: 'a', status: 'failed', b: 1, a: 'y', x: 1 };
    const last = decideOne(
      { ...all, enabled: true },
      { ...base, data: { c: 1 }, fields },
      { filter },
    );
    expect(last).toMatchObject({ clause: 'code.filter', expected: 'true', found: 'false' });
  });

  it('take an event of a sender that was not authenticated only where they say so', () => {
    expect(decideOne({}, { verified: false })).toMatchObject({
      ...{ clause: 'requireVerification', expected: 'true', found: 'false' },
    });
    expect(decideOne({ requireVerification: false }, { verified: false })).toMatchObject(MATCHED);
  });

  it.each([
    ['success', 'succeeded', true],
    ['success', 'failed', false],
    ['success', 'cancelled', false],
    ['failed', 'failed', true],
    ['failed', 'cancelled', false],
    ['any', 'cancelled', true],
    [undefined, 'failed', true],
  ])('of a completion with status %s take a run that has %s: %s', (status, ended, expected) => {
    const written = { source: 'completion', sourceTrigger: 'first', status };
    const fields = { actor: 'log', trigger: 'first', status: ended };
    const decision = decideOne(written, { source: 'completion', type: ended, fields });
    expect(decision?.outcome === 'matched').toBe(expected);
    const other = { ...fields, trigger: 'second' };
    expect(decideOne(written, { source: 'completion', type: ended, fields: other })).toMatchObject({
      ...{ clause: 'sourceTrigger', expected: '"first"', found: '"second"' },
    });
  });
});

describe('the filter of a trigger', () => {
  it('that is an object sees the payload alone', () => {
    expect(decideOne({ filter: { action: 'opened' } })).toMatchObject(MATCHED);
    expect(decideOne({ filter: { base_branch: 'main' } })).toMatchObject({
      clause: 'filter.base_branch',
    });
    expect(decideOne({ filter: { any: [{ number: { gt: 6 } }] } })).toMatchObject(MATCHED);
  });

  it('that is a text is an expression over all of the event', () => {
    expect(decideOne({ filter: "event.base_branch == 'main'" })).toMatchObject(MATCHED);
    const filter = "fields.base_branch == 'dev'";
    expect(decideOne({ filter })).toMatchObject({
      ...{ clause: 'filter', expected: JSON.stringify(filter), found: 'false' },
    });
  });
});

describe('a filter in code', () => {
  it('is asked for true or false', () => {
    const filter = (event: Event) => event.data.number === 7;
    expect(decideOne({}, {}, { filter })).toMatchObject(MATCHED);
    expect(decideOne({}, { data: {} }, { filter })).toMatchObject({ clause: 'code.filter' });
  });

  it.each<[string, (event: Event) => unknown, string]>([
    ['throws', () => raise('the s3cret is out'), 'code.filter has thrown: the *** is out'],
    ['throws no Error', () => raiseAny(), 'code.filter has thrown'],
    ['gives a promise', async () => raise('later'), 'code.filter gave a promise: expected true'],
    ['gives nothing', () => undefined, 'code.filter gave a value of type undefined: expected'],
    ['gives null', () => null, 'code.filter gave null: expected'],
    ['gives 1', () => 1, 'code.filter gave a value of type number: expected'],
  ])('that %s is an error', (_, filter, message) => {
    expect(decideOne({}, {}, { filter })).toMatchObject({
      outcome: 'error',
      message: expect.stringContaining(message),
    });
  });

  it('that throws over a payload that is not kept leaves its message out', () => {
    const filter = () => raise('of octo-org');
    expect(decideOne({ persistData: false }, {}, { filter })).toMatchObject({
      message: 'code.filter has thrown',
    });
  });

  it('changes nothing of the event', () => {
    const event = createEvent();
    const filter = ({ data }: Event) => {
      (data as Record<string, unknown>).number = 8;
      return true;
    };
    expect(decideOne({}, event, { filter })).toMatchObject({ outcome: 'error' });
    expect(event).toEqual(createEvent());
    expect(Object.isFrozen(event.data)).toBe(false);
  });
});

describe('a trigger that cannot say whether it matches', () => {
  it('gets a decision that says why, and takes no other with it', () => {
    const written = [{ filter: 'event.missing + 1' }, { name: 'b' }, { name: 'c', filter: '1 +' }];
    const registry = createSnapshot(
      written.map((one) => createTrigger(one)),
      createMatchTools(),
    );
    const { decisions } = decide(createEvent(), 'key', registry, { redact: String });
    expect(decisions).toMatchObject([
      {
        outcome: 'error',
        message: 'filter: Cannot perform operation + on undefined values',
      },
      { trigger: 'b', outcome: 'matched' },
      { outcome: 'error', message: expect.stringMatching(/^filter: expected a Jinja template/) },
    ]);
  });

  it('is reported, and so is a later answer', () => {
    const told: unknown[] = [];
    const onMatched = (name: string, error?: Error) => told.push([name, error?.message]);
    const filter = 'event.a.get("b") == 1';
    decideOne({ filter }, {}, { onMatched });
    decideOne({ filter }, { data: { a: { b: 2 } } }, { onMatched });
    decideOne({ filter }, { data: { a: { b: 1 } } }, { onMatched });
    expect(told).toEqual([
      ['a-trigger', expect.stringMatching(/^filter: Cannot call/)],
      ['a-trigger', undefined],
      ['a-trigger', undefined],
    ]);
  });

  it('is not reported where nothing that may fail was asked', () => {
    const told: unknown[] = [];
    const onMatched = (name: string) => told.push(name);
    const filter = 'event.missing + 1';
    decideOne({ conditions: { action: 'closed' }, filter }, {}, { onMatched });
    decideOne({ enabled: false, filter }, {}, { onMatched });
    decideOne({}, {}, { onMatched });
    expect(told).toEqual([]);
  });

  it('is not asked once it is in error', () => {
    const filter = () => raise('asked');
    const message = 'it has failed with s3cret';
    const statusOf = (name: string) =>
      name === 'a-trigger' ? { status: 'error' as const, message } : undefined;
    expect(decideOne({}, {}, { filter, statusOf })).toEqual({
      ...{ trigger: 'a-trigger', outcome: 'unmatched', clause: 'status' },
      ...{ expected: '"active"', found: '"it has failed with ***"' },
    });
  });

  it('is asked where it is paused, as what it matches is held', () => {
    const statusOf = () => ({ status: 'paused' as const });
    expect(decideOne({}, {}, { statusOf })).toMatchObject(MATCHED);
  });
});

function raise(message: string): never {
  throw new Error(message);
}

function raiseAny(): never {
  throw { toString: () => raise('twice') };
}
