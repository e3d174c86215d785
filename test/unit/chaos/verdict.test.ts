import { describe, expect, it } from 'vitest';
import type { Run } from '../../../shared/heddle/domain/run.ts';
import type { Execution } from '../../chaos/harness/journal.ts';
import { INNOCENTS, KILLERS, type Kind } from '../../chaos/harness/kinds.ts';
import { type Evidence, judge } from '../../chaos/harness/verdict.ts';

const NOW = '2026-01-01T00:00:00.000Z';
const [BRIEF, KILLER] = [findKind('brief'), findKind('exits')];

function findKind(type: string): Kind {
  const found = [...INNOCENTS, ...KILLERS].find((kind) => kind.type === type);
  if (found === undefined) throw new Error(`no kind ${type}`);
  return found;
}

type Outcomes = readonly Run['attempts'][number]['outcome'][];

function createRun(trigger: string, outcomes: Outcomes, changes: object = {}): Run {
  const attempts = outcomes.map((outcome, index) => ({
    ...{ attempt: index + 1, startedAt: NOW, endedAt: NOW, outcome },
  }));
  return {
    ...{
      id: `e ${trigger}`,
      trigger,
      actor: trigger,
      source: 'github',
      eventId: 'e',
      eventKey: 'e',
    },
    ...{ eventType: trigger, eventTypeRoot: trigger, createdAt: NOW, updatedAt: NOW, state: {} },
    ...{ isReplay: false, attempts, status: 'succeeded', endedAt: NOW, output: null, ...changes },
  } as Run;
}

/** Executions of the run: `1` begins and ends attempt 1, `-1` only begins it. */
function execute(run: Run, ...attempts: readonly number[]): Execution[] {
  return attempts.flatMap((signed) => {
    const line = {
      run: run.id,
      event: 'e',
      trigger: run.trigger,
      attempt: Math.abs(signed),
      pid: 1,
    };
    const begin: Execution = { ...line, phase: 'begin' };
    return signed > 0 ? [begin, { ...line, phase: 'end' as const }] : [begin];
  });
}

function examine(kind: Kind, runs: readonly Run[], rest: Partial<Evidence> = {}) {
  return judge({
    ...{ sent: new Map([['e', kind]]), acknowledged: new Set(['e']), events: [{ id: 'e' }] },
    ...{ runs, executions: runs.flatMap((run) => execute(run, 1)), disturbances: 0, ...rest },
  });
}

const GOOD = { lost: [], doubled: [], falselyFailed: [] };
const good = createRun('brief', ['succeeded']);

describe('the verdict on a storm', () => {
  it('finds nothing where everything ran once', () => {
    expect(examine(BRIEF, [good])).toEqual(GOOD);
  });

  it('counts as lost what was acknowledged and has no event, no run or no end', () => {
    expect(examine(BRIEF, [good], { events: [] }).lost).toEqual(['e: no event']);
    expect(examine(BRIEF, []).lost).toEqual(['e brief: no run']);
    const queued = createRun('brief', [], { status: 'queued', dueAt: NOW });
    expect(examine(BRIEF, [queued], { executions: [] }).lost).toHaveLength(1);
  });

  it('counts as lost a run that succeeded without its work', () => {
    expect(examine(BRIEF, [good], { executions: execute(good, -1) }).lost).toHaveLength(1);
  });

  it('does not miss what was not acknowledged', () => {
    expect(examine(BRIEF, [], { acknowledged: new Set(), events: [] })).toEqual(GOOD);
  });

  it('counts as doubled two records of an event and two runs of a trigger', () => {
    const twice = { events: [{ id: 'e' }, { id: 'e' }] };
    expect(examine(BRIEF, [good], twice).doubled).toEqual(['e: 2 records']);
    const other = { ...good, id: 'other' };
    expect(examine(BRIEF, [good, other]).doubled).toEqual(['e brief: 2 runs']);
  });

  it('counts as doubled an attempt that was executed twice, and one after the end', () => {
    const again = { executions: execute(good, 1, 1), disturbances: 5 };
    expect(examine(BRIEF, [good], again).doubled).toEqual(['e brief: attempt 1 executed twice']);
    const after = { executions: execute(good, 1, 2), disturbances: 5 };
    expect(examine(BRIEF, [good], after).doubled).toHaveLength(1);
  });

  it('permits an interrupted attempt for each fault, finished or not, and no more', () => {
    const repeated = createRun('brief', ['interrupted', 'succeeded']);
    for (const first of [1, -1]) {
      const executions = execute(repeated, first, 2);
      expect(examine(BRIEF, [repeated], { executions, disturbances: 1 })).toEqual(GOOD);
      expect(examine(BRIEF, [repeated], { executions }).doubled).toHaveLength(1);
    }
  });

  it('counts as falsely failed an innocent run alone', () => {
    const failed = { status: 'failed', error: { code: 'deliveries_exhausted', message: '' } };
    const innocent = createRun('brief', ['interrupted'], failed);
    expect(examine(BRIEF, [innocent], { disturbances: 1 }).falselyFailed).toHaveLength(1);
    const killer = createRun('exits', ['interrupted'], failed);
    expect(examine(KILLER, [killer], { executions: execute(killer, -1) })).toEqual(GOOD);
  });
});
