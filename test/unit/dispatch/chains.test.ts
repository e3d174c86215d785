import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { createEvent } from '../../helpers/factories.ts';
import { CrashPlan, createWorld, toTriggers } from '../../helpers/world.ts';

/** An actor that fetches or fails, and one that records its input. */
function createActors() {
  const handed: { readonly trigger: string; readonly input: JsonObject }[] = [];
  class Fetching extends Actor {
    execute({ number }: { number?: number }) {
      if (number === 0) throw new TerminalError('nothing there');
      return { processed_data: [1, 2, 3], rows: { count: 3 } };
    }
  }
  class Noting extends Actor {
    execute(input: JsonObject): void {
      handed.push({ trigger: this.context.triggerContext.triggerName, input });
    }
  }
  return { handed, actors: { fetching: Fetching, noting: Noting } };
}

const fetches = { name: 'fetch', actor: 'fetching', eventType: 'pull_request' };

function create(...chained: readonly object[]) {
  const { handed, actors } = createActors();
  const after = chained.map((trigger) => ({ source: 'completion', actor: 'noting', ...trigger }));
  return { handed, world: createWorld(toTriggers(fetches, ...after), actors) };
}

describe('a trigger on the completion of another', () => {
  it('runs with the outputs, under the names it maps them to', async () => {
    const { world, handed } = create({
      name: 'post-process',
      sourceTrigger: 'fetch',
      status: 'success',
      passOutputs: true,
      outputMapping: { raw_data: 'processed_data', count: '$.rows.count' },
    });
    await world.send(createEvent());
    await world.drain();
    expect(handed).toMatchObject([
      { input: { raw_data: [1, 2, 3], count: 3, processed_data: [1, 2, 3] } },
    ]);
  });

  it.each([
    ['success', 7, true],
    ['success', 0, false],
    ['failed', 7, false],
    ['failed', 0, true],
    ['any', 7, true],
    ['any', 0, true],
  ])('with status %s, of a run with number %i: %s', async (status, number, isRun) => {
    const { world, handed } = create({ name: 'next', sourceActor: 'fetching', status });
    await world.send(createEvent({ data: { number } }));
    await world.drain();
    expect(handed.length > 0).toBe(isRun);
  });

  it.each([
    ['actor', { sourceActor: 'noting' }],
    ['trigger', { sourceTrigger: 'other' }],
    ['end', { eventType: 'failed' }],
  ])('that asks for another %s costs the run that has ended nothing', async (_, asked) => {
    const { world } = create({ name: 'next', ...asked });
    await world.send(createEvent());
    await world.drain();
    expect((await world.events()).map(({ source }) => source)).toEqual(['github']);
  });

  it('has the outputs of a run that keeps none, and they are kept nowhere', async () => {
    const { handed, actors } = createActors();
    const next = { name: 'next', source: 'completion', sourceTrigger: 'fetch', passOutputs: true };
    const triggers = toTriggers({ ...fetches, persistData: false }, { ...next, actor: 'noting' });
    const world = createWorld(triggers, actors);
    await world.send(createEvent());
    await world.drain();
    expect(handed).toMatchObject([{ input: { rows: { count: 3 } } }]);
    expect(JSON.stringify([await world.events(), await world.runs()])).not.toContain('rows');
  });

  it('tells what has failed, and of which event', async () => {
    const { world, handed } = create({ name: 'alarm', sourceTrigger: 'fetch', status: 'failed' });
    await world.send(createEvent({ data: { number: 0 } }));
    await world.drain();
    expect(handed[0]?.input).toMatchObject({
      ...{ trigger: 'fetch', actor: 'fetching', status: 'failed' },
      error: { code: 'terminal', message: 'nothing there' },
      event: { source: 'github', id: 'delivery-1', type: 'pull_request.opened' },
    });
  });

  it('costs nothing where nobody listens', async () => {
    const { world } = create({ name: 'other', sourceTrigger: 'another' });
    await world.send(createEvent());
    await world.drain();
    expect(await world.events()).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)(
    'runs once although the process dies %s any one of the writes',
    async (when) => {
      for (let at = 1; ; at++) {
        const plan = new CrashPlan(at, when);
        const { world } = create({ name: 'next', sourceTrigger: 'fetch' });
        await world.send(createEvent());
        await world.drain([plan]);
        const runs = (await world.runs()).map(({ trigger, status }) => `${trigger} ${status}`);
        expect(runs.toSorted(), `crash ${when} write ${at}`).toEqual([
          'fetch succeeded',
          'next succeeded',
        ]);
        if (!plan.hasCrashed) break;
      }
    },
  );
});

describe('a loop of triggers', () => {
  it('is not hidden by events of others that open its windows', async () => {
    const { actors } = createActors();
    const gathering = { ...fetches, batch: { size: 2, wait: '1m' } };
    const world = createWorld(toTriggers(gathering), actors);
    await world.send(createEvent({ id: 'fresh' }));
    await world.work();
    await world.send(createEvent({ id: 'of-the-loop', depth: 7 }));
    await world.drain();
    const run = (await world.runs()).find(({ status }) => status === 'succeeded');
    expect(run).toMatchObject({ depth: 7, gathered: { members: { length: 2 } } });
  });

  it('ends after so many runs: the trigger is paused, and says why', async () => {
    const { world } = create(
      { name: 'ping', sourceTrigger: 'fetch' },
      { name: 'pong', sourceTrigger: 'ping' },
      { name: 'ping-again', sourceTrigger: 'pong', actor: 'fetching' },
      { name: 'round', sourceActor: 'fetching' },
      { name: 'and-round', sourceTrigger: 'round', actor: 'fetching' },
    );
    await world.send(createEvent());
    await world.drain();
    const runs = await world.runs();
    const deepest = Math.max(...runs.map(({ depth = 0 }) => depth));
    expect(deepest).toBe(world.engine.maxDepth + 1);
    const stopped = runs.filter(({ depth }) => depth === deepest);
    for (const run of stopped) {
      expect(run).toMatchObject({ status: 'skipped', held: { limit: 'depth' } });
      expect(world.engine.states.of(run.trigger)).toMatchObject({
        status: 'paused',
        by: 'breaker',
        message: expect.stringContaining('looks like a loop'),
      });
    }
  });
});
