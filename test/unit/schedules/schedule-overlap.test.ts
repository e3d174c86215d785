import { describe, expect, it } from 'vitest';
import { tick } from '../../../shared/heddle/pipeline/schedules/ticker.ts';
import { createGate, deliver } from '../../helpers/gated-actor.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

const START = '2026-01-01T00:00:';

async function create(overlap: string) {
  const gate = createGate();
  const schedule = { interval: '2s' };
  const triggers = toTriggers({ name: 's', source: 'schedule', actor: 'gated', schedule, overlap });
  const world = createWorld(triggers, { gated: gate.actor });
  await tick(world.engine);
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 2) {
      await world.clock.advance(2000);
      await deliver(world);
    }
  };
  return { gate, world, pass };
}

describe('a schedule whose run is still executed when it fires again', () => {
  it('leaves the next out with overlap skip', async () => {
    const { gate, world, pass } = await create('skip');
    await pass(6);
    expect(gate.begun).toEqual([`s:${START}02.000Z`]);
    await gate.end(`s:${START}02.000Z`);
    await pass(2);
    expect(gate.begun).toEqual([`s:${START}02.000Z`, `s:${START}08.000Z`]);
    const skipped = (await world.runs()).filter(({ status }) => status === 'skipped');
    expect(skipped.map(({ eventId }) => eventId).toSorted()).toEqual([
      `s:${START}04.000Z`,
      `s:${START}06.000Z`,
    ]);
  });

  it('begins the next in its place with overlap replace', async () => {
    const { gate, world, pass } = await create('replace');
    await pass(4);
    expect(gate.running()).toEqual([`s:${START}04.000Z`]);
    const first = (await world.runs()).find(({ eventId }) => eventId === `s:${START}02.000Z`);
    expect(first).toMatchObject({ status: 'cancelled' });
  });
});
