import { describe, expect, it } from 'vitest';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

const operator = (message?: string) => ({ by: 'operator' as const, message });
const breaker = { by: 'breaker' as const, message: 'a loop' };

function createSubject() {
  const { engine, clock } = createWorld(toTriggers({ name: 't', actor: 'log' }), {});
  const written = () => {
    const { id: _id, updatedAt: _at, since: _since, ...rest } = engine.states.of('t') ?? {};
    return rest;
  };
  return { engine, clock, written };
}

describe('pausing a trigger', () => {
  it('says by whom and why', async () => {
    const { engine, written } = createSubject();
    const state = await pauseTrigger(engine, 't', operator('a freeze'));
    expect(state).toMatchObject({ status: 'paused', by: 'operator', message: 'a freeze' });
    expect(written()).toEqual({ status: 'paused', by: 'operator', message: 'a freeze' });
  });

  it('says that it was an operator who gave no reason', async () => {
    const { engine, written } = createSubject();
    await pauseTrigger(engine, 't', operator());
    expect(written()).toMatchObject({ message: 'by an operator' });
  });

  it('keeps the error of a trigger in error', async () => {
    const { engine, written } = createSubject();
    await engine.states.change('t', () => ({ status: 'error', message: 'a condition fails' }));
    await pauseTrigger(engine, 't', operator('a freeze'));
    expect(written()).toEqual({
      ...{ status: 'paused', by: 'operator', message: 'a freeze', fault: 'a condition fails' },
    });
  });
});

describe('pausing a trigger that is paused', () => {
  it('changes nothing without a new message, or with the same', async () => {
    const { engine, clock } = createSubject();
    await pauseTrigger(engine, 't', operator('a freeze'));
    const before = engine.states.of('t');
    await clock.advance(1000);
    await pauseTrigger(engine, 't', operator());
    await pauseTrigger(engine, 't', operator('a freeze'));
    expect(engine.states.of('t')).toEqual(before);
  });

  it('takes an operator’s new message, and keeps the error from before', async () => {
    const { engine, written } = createSubject();
    await engine.states.change('t', () => ({ status: 'error', message: 'a condition fails' }));
    await pauseTrigger(engine, 't', operator('a freeze'));
    await pauseTrigger(engine, 't', operator('a longer freeze'));
    expect(written()).toEqual({
      ...{ status: 'paused', by: 'operator', message: 'a longer freeze' },
      fault: 'a condition fails',
    });
  });

  it('changes nothing by the breaker', async () => {
    const { engine, written } = createSubject();
    await pauseTrigger(engine, 't', operator('a freeze'));
    await pauseTrigger(engine, 't', breaker);
    expect(written()).toEqual({ status: 'paused', by: 'operator', message: 'a freeze' });
  });

  it('by the breaker keeps the breaker’s reason as the fault of an operator’s pause', async () => {
    const { engine, written } = createSubject();
    await pauseTrigger(engine, 't', breaker);
    await pauseTrigger(engine, 't', operator('a loop'));
    expect(written()).toEqual({
      ...{ status: 'paused', by: 'operator', message: 'a loop', fault: 'a loop' },
    });
  });
});
