import { describe, expect, it } from 'vitest';
import { cancelRunById } from '../../../shared/heddle/pipeline/completion/cancel-run.ts';
import { dispatch } from '../../../shared/heddle/pipeline/dispatch/dispatch.ts';
import { InFlight } from '../../../shared/heddle/pipeline/engine/in-flight.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createGate, settle } from '../../helpers/gated-actor.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

describe('a run that another instance cancels', () => {
  it('gives its message up in peace when its place has gone', async () => {
    const gate = createGate();
    const world = createWorld(toTriggers({ name: 't', actor: 'gated', maxConcurrent: 1 }), {
      gated: gate.actor,
    });
    await world.send(createEvent());
    const [message] = await world.queue.receive(1);
    if (!message) throw new Error('no message');
    const delivery = { ...message, signal: new AbortController().signal };
    const handled = dispatch(delivery, world.engine);
    await settle();
    const [run] = await world.runs();
    const other = { ...world.engine, inFlight: new InFlight() };
    await cancelRunById(other, run?.id ?? '', 'not wanted');
    expect(gate.running()).toHaveLength(1);
    await world.clock.advance(world.engine.leaseMs / 3);
    await expect(handled).resolves.toBeDefined();
    expect(gate.running()).toEqual([]);
    expect(await world.runs()).toMatchObject([{ status: 'cancelled', reason: 'not wanted' }]);
  });
});
