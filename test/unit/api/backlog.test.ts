import { beforeEach, describe, expect, it } from 'vitest';
import { findBehind, readBacklogOf, readBacklogs } from '../../../shared/heddle/api/backlog.ts';
import type { Run } from '../../../shared/heddle/domain/run.ts';
import { createQueuedRun } from '../../../shared/heddle/domain/run-transitions.ts';
import { RUNS } from '../../../shared/heddle/ports/collections.ts';
import { createNewRun } from '../../helpers/factories.ts';
import { createWorld, type World } from '../../helpers/world.ts';

let world: World;

beforeEach(() => {
  world = createWorld([], {});
});

const AT = Date.parse('2026-01-01T00:00:00.000Z');
const toTime = (second: number) => new Date(AT + 1000 * second).toISOString();

async function put(trigger: string, count: number, from: number, more: Partial<Run> = {}) {
  for (let n = 0; n < count; n++) {
    const at = toTime(from + n);
    const run = createQueuedRun(createNewRun({ id: `${trigger}-${from + n}`, trigger }), at);
    await world.store.create<Run>(RUNS, { ...run, ...more } as Run);
  }
}

describe('the runs that wait', () => {
  it('are counted for each trigger, the oldest named', async () => {
    await put('a', 3, 10);
    await put('b', 1, 5);
    const backlogs = await readBacklogs(world.store);
    expect(backlogs.of('a')).toEqual({ waiting: 3, oldestAt: toTime(10) });
    expect(backlogs.of('b')).toEqual({ waiting: 1, oldestAt: toTime(5) });
    expect(backlogs.of('c')).toEqual({ waiting: 0 });
  });

  it('are all counted, although a page of the store ends early where they are large', async () => {
    await put('a', 12, 0, { output: 'x'.repeat(900_000) } as object);
    const all = await readBacklogs(world.store);
    expect(all.of('a')).toEqual({ waiting: 12, oldestAt: toTime(0) });
  });

  it('are said to be more where not all are looked at, of whichever trigger', async () => {
    await put('many', 1001, 0);
    await put('few', 3, 2000);
    const backlogs = await readBacklogs(world.store);
    expect(backlogs.of('many')).toEqual({ waiting: 1000, oldestAt: toTime(0), isMore: true });
    expect(backlogs.of('few')).toEqual({ waiting: 0, isMore: true });
    expect(findBehind(backlogs.of('many'))).toContain('at least 1000 of its runs wait');
  });

  it('are those of the trigger alone where one is asked for', async () => {
    await put('many', 1001, 0);
    await put('few', 3, 2000);
    const few = await readBacklogOf(world.store, 'few');
    expect(few).toEqual({ waiting: 3, oldestAt: toTime(2000) });
    expect(await readBacklogOf(world.store, 'many')).toMatchObject({ waiting: 1000, isMore: true });
  });
});
