import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DECISIONS, MAX_SHOWN_CHARS } from '../../../shared/heddle/domain/decision.ts';
import type { Event } from '../../../shared/heddle/domain/event.ts';
import { toRunId } from '../../../shared/heddle/domain/ids.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { decide, type MatchOptions } from '../../../shared/heddle/triggers/match/match.ts';
import { createSnapshot } from '../../helpers/catalogue.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';
import { createMatchTools } from '../../helpers/match-tools.ts';
import { naiveMeets, naiveTakes } from '../../helpers/naive-match.ts';
import { dotted, triggers } from '../../helpers/random-triggers.ts';

type Written = Partial<Record<keyof Trigger, unknown>>;

const OPTIONS: MatchOptions = { redact: (text) => text.replaceAll('s3cret', '***') };

function decideAll(written: readonly Written[], event: Partial<Event> = {}, options = {}) {
  const all = written.map((one) => createTrigger(one));
  const registry = createSnapshot(all, createMatchTools());
  return decide(createEvent(event), 'key-1', registry, { ...OPTIONS, ...options });
}
const decideFor = (...written: readonly Written[]) => decideAll(written).decisions;

describe('decisions', () => {
  it('name the run of a trigger that matches', () => {
    const [decision] = decideFor({ name: 'mine', conditions: { base_branch: 'main' } });
    const runId = toRunId('key-1', 'mine');
    expect(decision).toEqual({ trigger: 'mine', outcome: 'matched', runId });
  });

  it('name the clause that is not met, with what it expects and what there is', () => {
    const conditions = { action: 'opened', repository: { full_name: ['a/b'] } };
    expect(decideFor({ conditions })).toEqual([
      {
        trigger: 'a-trigger',
        outcome: 'unmatched',
        clause: 'conditions.repository.full_name',
        expected: '["a/b"]',
        found: '"octo-org/hello-world"',
      },
    ]);
  });

  it('leave out what is found where there is nothing', () => {
    const [decision] = decideFor({ conditions: { labels: 'x' } });
    expect(decision).not.toHaveProperty('found');
    expect(decision).toMatchObject({ clause: 'conditions.labels', expected: '"x"' });
  });

  it('cut long values short', () => {
    const [decision] = decideFor({ conditions: { action: 'x'.repeat(5000) } });
    expect(decision).toMatchObject({ expected: expect.stringMatching(/^"x+…$/) });
    expect((decision as { expected: string }).expected).toHaveLength(MAX_SHOWN_CHARS);
  });

  it('show no secret, not even the half of one', () => {
    const data = { action: `${'x'.repeat(MAX_SHOWN_CHARS - 3)}s3cret`, why: { deep: ['s3cret'] } };
    const written = [
      { conditions: { action: 's3cret' } },
      { name: 'b', conditions: { why: 'x' } },
      { name: 'c', conditions: { expression: '{{ event.why.deep[0] }}' } },
    ];
    const { decisions } = decideAll(written, { data });
    expect(decisions).toMatchObject([
      { expected: '"***"', found: expect.stringMatching(/^"x+\**…$/) },
      { found: '{"deep":["***"]}' },
      { found: '"***"' },
    ]);
    expect(JSON.stringify(decisions)).not.toContain('s3c');
  });

  it('show nothing of an event whose trigger keeps no data', () => {
    const persistData = false;
    const written = [
      { persistData, conditions: { action: 'closed' } },
      { name: 'b', persistData, filter: { action: { ne: 'opened' } } },
      { name: 'c', persistData, conditions: { expression: '{{ event.action }}' } },
    ];
    const decisions = decideFor(...written);
    expect(decisions).toHaveLength(3);
    expect(JSON.stringify(decisions)).not.toContain('found');
    expect(JSON.stringify(decisions)).not.toContain('"opened"');
  });
});

describe('decisions of an event that no trigger takes', () => {
  it("explain by the source's other triggers why its type has no candidate", () => {
    const decisions = decideFor({ eventType: 'push' }, { name: 'b', eventType: ['issues', 'x.*'] });
    const found = '"pull_request.opened"';
    expect(decisions).toMatchObject([
      { trigger: 'a-trigger', clause: 'eventType', expected: '["push"]', found },
      { trigger: 'b', clause: 'eventType', expected: '["issues","x.*"]', found },
    ]);
  });

  it('explain it by at most 50 others, and count those left out', () => {
    const written = Array.from({ length: 60 }, (_, i) => ({ name: `t${i}`, eventType: 'push' }));
    expect(decideAll(written)).toMatchObject({ decisions: { length: MAX_DECISIONS }, omitted: 10 });
  });

  it('say which sources there are where it has none', () => {
    const outcome = 'unrouted';
    expect(decideFor({ source: 'slack' }, { name: 'b', source: 'custom' })).toEqual([
      { outcome, expected: '["slack","custom"]', found: '"github"' },
    ]);
    expect(decideFor()).toEqual([{ outcome, expected: '[]', found: '"github"' }]);
  });
});

describe('decisions of many triggers', () => {
  const closed = { action: 'closed' };

  it('are at most 50, in the order of the file, and those that match are among them', () => {
    const written = Array.from({ length: 120 }, (_, index) => {
      return { name: `t${index}`, conditions: index % 12 === 11 ? {} : closed };
    });
    const { decisions, omitted } = decideAll(written);
    expect(decisions).toHaveLength(MAX_DECISIONS);
    expect(omitted).toBe(70);
    const matched = decisions.filter(({ outcome }) => outcome === 'matched');
    expect(matched.map(({ trigger }) => trigger)).toEqual(
      written.filter(({ conditions }) => conditions !== closed).map(({ name }) => name),
    );
    const order = decisions.map(({ trigger }) => Number(trigger?.slice(1)));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('are as many as match where more than 50 do', () => {
    const names = Array.from({ length: 60 }, (_, index) => ({ name: `t${index}` }));
    const { decisions, omitted } = decideAll([{ name: 'no', enabled: false }, ...names]);
    expect(decisions).toHaveLength(60);
    expect(omitted).toBe(1);
  });

  it('keep errors before what only did not match', () => {
    const written = Array.from({ length: 60 }, (_, i) => ({ name: `t${i}`, conditions: closed }));
    const failing = { name: 'failing', filter: 'event.missing + 1' };
    const { decisions } = decideAll([...written, failing]);
    expect(decisions).toHaveLength(MAX_DECISIONS);
    expect(decisions.at(-1)).toMatchObject({ trigger: 'failing', outcome: 'error' });
  });

  it('cost no text where they are not kept', () => {
    let written = 0;
    const counted = { toJSON: () => String(written++) };
    const all = Array.from({ length: 200 }, (_, i) => ({
      name: `t${i}`,
      conditions: { counted: 1 },
    }));
    decideAll(all, { data: { counted: counted as never } });
    expect(written).toBe(MAX_DECISIONS);
  });

  it('say what a plain scan says', () => {
    fc.assert(
      fc.property(triggers, dotted, fc.boolean(), (all, type, verified) => {
        const event = createEvent({ type, verified });
        const candidates = all.filter((trigger) => naiveTakes(trigger, 'github', type));
        const { decisions } = decide(event, 'key-1', createSnapshot(all), OPTIONS);
        expect(decisions).not.toEqual([]);
        const isMatched = decisions.map(({ outcome }) => outcome === 'matched');
        if (candidates.length === 0) {
          expect(isMatched).not.toContain(true);
          return;
        }
        expect(decisions.map(({ trigger }) => trigger)).toEqual(candidates.map(({ name }) => name));
        const view = { ...event.fields, ...event.data };
        const runs = candidates.map(({ enabled, requireVerification, conditions }) => {
          return enabled && (verified || !requireVerification) && naiveMeets(conditions, view);
        });
        expect(isMatched).toEqual(runs);
      }),
    );
  });
});
