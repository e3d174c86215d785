import { beforeEach, describe, expect, it } from 'vitest';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createGate, deliver, type Gate } from '../../helpers/gated-actor.ts';
import { createWorld, toTriggers, type World } from '../../helpers/world.ts';

type Written = Partial<Record<keyof Trigger, unknown>>;

const RETRY = { delay: '1s', jitter: 'none' };

let gate: Gate;
let world: World;

async function send(id: string, data: object = {}): Promise<void> {
  await world.send(createEvent({ id, data: { ...data }, fields: {} }));
  await deliver(world);
}

async function heldOf(eventId: string) {
  const run = (await world.runs()).find((one) => one.eventId === eventId);
  return run?.status === 'queued' || run?.status === 'skipped' ? run.held : undefined;
}

async function statuses(): Promise<Record<string, string>> {
  const runs = await world.runs();
  return Object.fromEntries(runs.map(({ eventId, status }) => [eventId, status]));
}

beforeEach(() => {
  gate = createGate();
});

function create(written: Written): void {
  const trigger = { name: 't', actor: 'gated', retry: RETRY, ...written };
  world = createWorld(toTriggers(trigger), { gated: gate.actor });
}

describe('a run that is tried again while another has its slot', () => {
  it.each<[string, Written]>([
    ['overlap: skip', { overlap: 'skip' }],
    ['overlap: replace', { overlap: 'replace' }],
    ['overlap: cancelOther', { overlap: 'cancelOther' }],
  ])('with %s is not skipped, leaves the other alone, and waits', async (_, written) => {
    create(written);
    await send('a');
    await gate.end('a', new Error('once'));
    await send('b');
    expect(gate.running()).toEqual(['b']);
    await world.clock.advance(1000);
    await deliver(world);
    expect(gate.running()).toEqual(['b']);
    expect(await statuses()).toEqual({ a: 'queued', b: 'running' });
    expect(await heldOf('a')).toBeDefined();
    await gate.end('b');
    await deliver(world);
    expect(gate.running()).toEqual(['a']);
    await gate.end('a');
    await deliver(world);
    expect(await statuses()).toEqual({ a: 'succeeded', b: 'succeeded' });
  });
});

describe('a run that waits for room', () => {
  it('keeps no other of the same input from waiting, for it is not executed', async () => {
    create({ allowConcurrent: false, maxConcurrent: 1 });
    await send('a', { file: 'one' });
    await send('b', { file: 'two' });
    await send('c', { file: 'two' });
    expect(await statuses()).toEqual({ a: 'running', b: 'queued', c: 'queued' });
    expect(await heldOf('c')).toMatchObject({ limit: 'maxConcurrent' });
  });
});
