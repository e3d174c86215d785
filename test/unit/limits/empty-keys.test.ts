import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { explainRun } from '../../../shared/heddle/api/explain-run.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import type { Run } from '../../../shared/heddle/domain/run.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createGate, deliver, type Gate } from '../../helpers/gated-actor.ts';
import { readmeExample } from '../../helpers/readme-example.ts';
import { CrashPlan, createWorld, toTriggers, type World } from '../../helpers/world.ts';

const FILE = resolve(import.meta.dirname, '../../fixtures/trigger-cases/empty-keys.yaml');
/** aws-powertools/powertools-lambda-python #2477: a missing key must not deduplicate. */
const { triggers: TRIGGERS } = parse(readFileSync(FILE, 'utf8'));

const EVENTS: Readonly<Record<string, JsonObject>> = {
  first: { endpoint: 'e', data: { what: 'first' } },
  second: { endpoint: 'e', data: { what: 'second' } },
  third: { order: { id: null } },
  fourth: { order: { id: '' } },
};
const IDS = Object.keys(EVENTS);

let gate: Gate;

beforeEach(() => {
  gate = createGate();
});

function create(written: readonly object[]): World {
  const triggers = written.map((trigger) => ({ ...trigger, actor: 'gated' }));
  return createWorld(toTriggers(...triggers), { gated: gate.actor });
}

async function send(world: World, from: Partial<Parameters<typeof createEvent>[0]>): Promise<void> {
  for (const [id, data] of Object.entries(EVENTS)) {
    await world.send(createEvent({ ...from, id, data, fields: {} }));
  }
  await deliver(world);
}

function toPlace(trigger: object): string {
  const fields = ['dedupe', 'debounce', 'batch'];
  const field = fields.find((name) => name in trigger);
  if (field) return `${field}.key`;
  return 'orderingKey' in trigger ? 'orderingKey' : 'concurrencyKey';
}

describe('events whose key is empty', () => {
  it.each<{ readonly name: string }>(TRIGGERS)(
    'stand alone, run at once, and say so: $name',
    async (trigger) => {
      const world = create([trigger]);
      await send(world, { source: 'emit', type: 'e' });
      expect(gate.running().toSorted()).toEqual(IDS.toSorted());
      for (const id of IDS) await gate.end(id);
      await deliver(world);
      const runs = await world.runs();
      expect(runs.map(({ status }) => status)).toEqual(IDS.map(() => 'succeeded'));
      for (const run of runs) await expectNoted(world, run, toPlace(trigger));
    },
  );

  it('are counted with no other where they have a key', async () => {
    const world = create(readmeExample('Events without a key').triggers as readonly object[]);
    await send(world, { source: 'shop', type: 'order.paid' });
    const order = { order: { id: 7 } };
    for (const id of ['a', 'b']) {
      const event = { id, source: 'shop', type: 'order.paid', data: order, fields: {} };
      await world.send(createEvent(event));
      await deliver(world);
    }
    expect(gate.running().toSorted()).toEqual(['a', ...IDS].toSorted());
    const keyed = (await world.runs()).find(({ eventId }) => eventId === 'a');
    expect(keyed).not.toHaveProperty('emptyKeys');
  });

  it('run once, whichever write of a window of their own the process dies at', async () => {
    for (let at = 1; ; at++) {
      const plan = new CrashPlan(at, 'after');
      const begun: string[] = [];
      class Noting extends Actor {
        execute(): void {
          begun.push(this.context.triggerContext.eventId);
        }
      }
      const debounce = { wait: '2s', key: '{{ event.none }}' };
      const triggers = toTriggers({ name: 't', actor: 'noting', debounce });
      const world = createWorld(triggers, { noting: Noting });
      for (const id of ['a', 'b']) await world.send(createEvent({ id, data: {}, fields: {} }));
      await world.drain([plan]);
      expect(new Set(begun), `write ${at}`).toEqual(new Set(['a', 'b']));
      const runs = await world.runs();
      expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
      if (!plan.hasCrashed) break;
    }
  });
});

async function expectNoted({ engine }: World, run: Run, place: string): Promise<void> {
  expect(run.emptyKeys).toEqual([place]);
  const { text } = await explainRun(engine as never, run);
  expect(text).toContain(`; ${place} is empty, so its event stands alone there`);
}
