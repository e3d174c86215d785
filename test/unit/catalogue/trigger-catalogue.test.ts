import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFailureName } from '../../../shared/heddle/domain/on-failure.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { InvariantError } from '../../../shared/heddle/errors/errors.ts';
import {
  type ListedLayer,
  TriggerCatalogue,
} from '../../../shared/heddle/triggers/catalogue/trigger-catalogue.ts';
import type { TriggerSnapshot } from '../../../shared/heddle/triggers/catalogue/trigger-snapshot.ts';
import { createCatalogue } from '../../helpers/catalogue.ts';
import { createTrigger } from '../../helpers/factories.ts';
import { createMatchTools } from '../../helpers/match-tools.ts';
import { naiveTakes } from '../../helpers/naive-match.ts';
import { dotted, source } from '../../helpers/random-triggers.ts';

const trigger: fc.Arbitrary<Trigger> = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    source,
    eventType: fc.constantFrom(undefined, 'a', 'a.b', 'a*', ['b', '*.a', 'b'], '__proto__'),
    orderingKey: fc.constantFrom(undefined, '{{ event.a }}'),
    onFailure: fc.constantFrom(undefined, 'log'),
    isTimed: fc.boolean(),
  })
  .map(({ isTimed, ...written }) =>
    createTrigger(
      isTimed ? { name: written.name, source: 'schedule', schedule: '@daily' } : written,
    ),
  );

type Step =
  | { readonly replaced: ListedLayer; readonly triggers: readonly Trigger[] }
  | { readonly added: Trigger }
  | { readonly removed: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    replaced: fc.constantFrom<ListedLayer>('base', 'overlay'),
    triggers: fc.uniqueArray(trigger, { maxLength: 5, selector: ({ name }) => name }),
  }),
  fc.record({ added: trigger }),
  fc.record({ removed: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
);

/** The layers as plain maps by name. */
interface Model {
  readonly base: ReadonlyMap<string, Trigger>;
  readonly overlay: ReadonlyMap<string, Trigger>;
  readonly ephemeral: ReadonlyMap<string, Trigger>;
}

function applyTo(catalogue: TriggerCatalogue, taken: Step): void {
  if ('replaced' in taken) catalogue.replace(taken.replaced, taken.triggers);
  else if ('added' in taken) catalogue.addEphemeral(taken.added);
  else catalogue.removeEphemeral(taken.removed);
}

function applyToModel(model: Model, taken: Step): Model {
  if ('replaced' in taken) {
    const layer = new Map(taken.triggers.map((one) => [one.name, one]));
    return { ...model, [taken.replaced]: layer };
  }
  const ephemeral = new Map(model.ephemeral);
  if ('added' in taken) ephemeral.set(taken.added.name, taken.added);
  else ephemeral.delete(taken.removed);
  return { ...model, ephemeral };
}

/** Names of the triggers that count, with those that `onFailure` makes, in their order. */
function listNames(triggers: Iterable<Trigger>): readonly string[] {
  return [...triggers].flatMap(({ name, onFailure }) =>
    onFailure === undefined ? [name] : [name, toFailureName(name)],
  );
}

function expectAlike(snapshot: TriggerSnapshot, { base, overlay, ephemeral }: Model): void {
  const listed = new Map([...base, ...overlay]);
  const covered = new Set(listNames(ephemeral.values()));
  const shown = [...listed.values()].filter(({ name }) => !covered.has(name));
  const all = [...shown, ...ephemeral.values()];
  const { listed: index } = snapshot;
  const found = index.sources.flatMap((from) => index.findBySource(from).map(({ name }) => name));
  expect(found.toSorted()).toEqual(listNames(listed.values()).toSorted());
  expect(index.size).toBe(found.length);
  for (const one of all) expect(snapshot.get(one.name)).toEqual(one);
  const timed = all.filter(({ schedule }) => schedule !== undefined);
  expect(snapshot.timed).toEqual(timed);
  if (all.some(({ orderingKey }) => orderingKey)) expect(snapshot.hasOrder).toBe(true);
  for (const [from, type] of ASKED) {
    const taken = all.filter((one) => naiveTakes(one, from, type));
    expect(snapshot.findCandidates(from, type)).toEqual(taken);
  }
}

const ASKED = ['github', 'constructor', '__proto__', 'x'].flatMap((from) =>
  ['a', 'a.b', 'b', 'b.a', 'ab', '__proto__'].map((type) => [from, type] as const),
);

describe('a catalogue', () => {
  it('shows of each name what the uppermost layer has, after any changes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const catalogue = new TriggerCatalogue();
        let model: Model = { base: new Map(), overlay: new Map(), ephemeral: new Map() };
        const seen: [TriggerSnapshot, Model][] = [[catalogue.snapshot(), model]];
        for (const taken of steps) {
          applyTo(catalogue, taken);
          model = applyToModel(model, taken);
          seen.push([catalogue.snapshot(), model]);
        }
        // Afterwards: no snapshot has changed with the catalogue.
        for (const [snapshot, then] of seen) expectAlike(snapshot, then);
      }),
      { numRuns: 200 },
    );
  });

  it('finds what a plain scan finds, in either layer', () => {
    fc.assert(
      fc.property(fc.array(trigger, { maxLength: 20 }), source, dotted, (all, from, type) => {
        const named = all.map((one, index) => ({
          ...one,
          name: `t${index}`,
          onFailure: undefined,
        }));
        const catalogue = createCatalogue(named.slice(0, 10));
        for (const one of named.slice(10)) catalogue.addEphemeral(one);
        const taken = named.filter((one) => naiveTakes(one, from, type));
        expect(catalogue.snapshot().findCandidates(from, type)).toEqual(taken);
      }),
    );
  });

  it('shows the base again when its overlay goes', () => {
    const base = createTrigger({ name: 'a', onFailure: 'log' });
    const catalogue = createCatalogue([base, createTrigger({ name: 'b' })]);
    const overlay = createTrigger({ name: 'a', eventType: 'push' });
    catalogue.replace('overlay', [overlay]);
    const { listed } = catalogue.snapshot();
    // An overlay stands where its base stood, and what the base made of `onFailure` goes with it.
    expect(listed.findBySource('github').map(({ name }) => name)).toEqual(['a', 'b']);
    expect([listed.get('a'), listed.get(toFailureName('a'))]).toEqual([overlay, undefined]);
    catalogue.replace('overlay', []);
    expect(catalogue.snapshot().get('a')).toBe(base);
    expect(catalogue.snapshot().get(toFailureName('a'))).toMatchObject({ actor: 'log' });
  });

  it('lists no ephemeral trigger, which matches all the same', () => {
    const catalogue = createCatalogue([createTrigger({ name: 'a' })]);
    catalogue.addEphemeral(createTrigger({ name: 'wait', source: 'acme', onFailure: 'log' }));
    const snapshot = catalogue.snapshot();
    expect(snapshot.findCandidates('acme', 'push')).toMatchObject([{ name: 'wait' }]);
    expect(snapshot.get(toFailureName('wait'))).toBeDefined();
    expect(snapshot.listed.get('wait')).toBeUndefined();
    expect([snapshot.listed.size, snapshot.listed.sources]).toEqual([1, ['github']]);
    expect([catalogue.removeEphemeral('wait'), catalogue.removeEphemeral('wait')]).toEqual([
      true,
      false,
    ]);
    expect(catalogue.snapshot().findCandidates('acme', 'push')).toEqual([]);
    expect(catalogue.snapshot().get(toFailureName('wait'))).toBeUndefined();
  });
});

describe('a snapshot', () => {
  it('is the same one until something changes, and has the version of then', () => {
    const catalogue = createCatalogue([createTrigger()]);
    const before = catalogue.snapshot();
    expect(catalogue.snapshot()).toBe(before);
    expect(catalogue.removeEphemeral('unknown')).toBe(false);
    expect(catalogue.snapshot()).toBe(before);
    expect(before.version).toBe(catalogue.version);
    catalogue.addEphemeral(createTrigger({ name: 'wait' }));
    expect(catalogue.snapshot()).not.toBe(before);
    expect(catalogue.version).toBeGreaterThan(before.version);
  });

  it('has the triggers that have not changed as the same objects, with their clauses', () => {
    const written = { a: {}, b: { eventType: 'push' }, c: { onFailure: 'log' } };
    const read = (more: object = {}) =>
      Object.entries(written).map(([name, one]) => createTrigger({ name, ...one, ...more }));
    const catalogue = createCatalogue(read());
    const before = catalogue.snapshot();
    catalogue.replace('base', [...read().toReversed(), createTrigger({ name: 'd' })]);
    const after = catalogue.snapshot();
    for (const name of ['a', 'b', 'c', toFailureName('c')]) {
      expect(after.get(name)).toBe(before.get(name));
    }
    const matchersOf = (snapshot: TriggerSnapshot) =>
      new Map(snapshot.match('github', 'push').map((one) => [one.trigger.name, one.matcher]));
    expect(matchersOf(after).get('b')).toBe(matchersOf(before).get('b'));
    catalogue.replace('base', read({ timeout: '1m' }));
    expect(catalogue.snapshot().get('a')).not.toBe(before.get('a'));
  });

  it('has a trigger anew whose functions in code are others', () => {
    const of = (filter: () => boolean) => createMatchTools(new Map([['a-trigger', { filter }]]));
    const [yes, no] = [of(() => true), of(() => false)];
    const catalogue = createCatalogue([createTrigger()], yes);
    const before = catalogue.snapshot();
    catalogue.replace('base', [createTrigger()], no);
    const after = catalogue.snapshot();
    expect(after.get('a-trigger')).not.toBe(before.get('a-trigger'));
    expect(before.codeOf('a-trigger')).toBe(yes.code?.get('a-trigger'));
    expect(after.codeOf('a-trigger')).toBe(no.code?.get('a-trigger'));
  });

  it('has the code that its layer has', () => {
    const tools = createMatchTools(new Map([['a', { filter: () => true }]]));
    const catalogue = createCatalogue([createTrigger({ name: 'a' })], tools);
    catalogue.replace('overlay', [createTrigger({ name: 'a' })], createMatchTools());
    expect(catalogue.snapshot().codeOf('a')).toBeUndefined();
    catalogue.replace('overlay', []);
    expect(catalogue.snapshot().codeOf('a')).toBe(tools.code?.get('a'));
  });

  it('stays as it was where a layer cannot be replaced', () => {
    const catalogue = createCatalogue([createTrigger({ name: 'a' })]);
    const before = catalogue.snapshot();
    const faulty = createTrigger({ name: 'b', filter: 'event.a' });
    expect(() => catalogue.replace('base', [createTrigger({ name: 'c' }), faulty])).toThrow(
      InvariantError,
    );
    expect(() => catalogue.addEphemeral(faulty)).toThrow(InvariantError);
    expect(catalogue.snapshot()).toBe(before);
  });
});
