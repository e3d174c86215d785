import { describe, expect, it } from 'vitest';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { github } from '../../../shared/heddle/sources/github/github.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
import { findConditionFaults } from '../../../shared/heddle/triggers/conditions/trigger-matcher.ts';
import { loadTriggers } from '../../../shared/heddle/triggers/definitions/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import { createMatchTools } from '../../helpers/match-tools.ts';

const known = { actors: ['log', 'pr-reviewer'], sources: ['github'] };

/** Lines of the file, counted from 1. */
const load = (...lines: readonly string[]) => loadTriggers(readYaml(lines.join('\n')), known);
const linesOf = (...lines: readonly string[]) => load(...lines).faults.map(({ line }) => line);

const sound = (name: string) => [`  - name: ${name}`, '    source: github', '    actor: log'];

describe('a misspelt name', () => {
  it.each([
    ['condtions: {}', 'unknown field "condtions": did you mean conditions?'],
    ['eventtype: push', 'unknown field "eventtype": did you mean eventType?'],
    [
      'debounce: { wait: 1s, maxwait: 2s }',
      'debounce: unknown field "maxwait": did you mean maxWait?',
    ],
    [
      'dedupe: { key: a, window: 1m, size: 1 }',
      'dedupe: unknown field "size" (known: key, window)',
    ],
    [
      'retry: { timeout: 5s }',
      'retry: unknown field "timeout": it belongs beside retry, not into it',
    ],
    [
      'onFailure: lgo',
      'onFailure: unknown actor "lgo" (known: log, pr-reviewer): did you mean log?',
    ],
  ])('is reported with the one that was probably meant: %s', (field, message) => {
    expect(load('triggers:', ...sound('a'), `    ${field}`).faults).toEqual([
      { line: 5, trigger: 'a', message },
    ]);
  });

  it.each([
    ['misfire: fire_once', /^schedule\.misfire: .*"skip"\|"fireOnce"\|"catchUp"/],
    ['every: 6h', /^schedule\.every: expected units such as { hours: 6 }; 6h is an interval$/],
    ['every: { hour: 6 }', /^schedule\.every: unknown field "hour": did you mean hours\?$/],
    ['at: 2', /^schedule\.at: /],
    ['overlap: skip', /^schedule: unknown field "overlap": it belongs beside schedule/],
  ])('in a schedule is reported by its field: %s', (field, message) => {
    const timed = ['  - name: a', '    source: schedule', '    actor: log'];
    const { faults } = load('triggers:', ...timed, '    schedule:', `      ${field}`);
    expect(faults).toContainEqual({
      ...{ line: 6, trigger: 'a' },
      message: expect.stringMatching(message),
    });
  });

  it('is found among sources and their settings too', () => {
    const read = readYaml('sources:\n  hub: { kind: githb }\n  github: { secret: [A] }');
    expect(loadSources(read, [github]).faults).toEqual([
      {
        line: 2,
        message: 'source hub: kind: unknown kind "githb" (known: github): did you mean github?',
      },
      { line: 3, message: 'source github: unknown field "secret": did you mean secrets?' },
    ]);
  });
});

describe('what is wrong with one field', () => {
  it('hides nothing of the others, nor what contradicts', () => {
    const { faults } = load(
      'triggers:',
      ...sound('a'),
      '    timeout: soon', // 5
      '    batch: { size: 0, wait: 1s }', // 6
      '    debounce: { wait: 5m, maxWait: 1m }', // 7
      '    persistData: false', // 8
      '    status: failed', // 9
    );
    expect(faults.map(({ line, message }) => `${line} ${message.split(':')[0]}`)).toEqual([
      '5 timeout',
      '6 batch.size',
      '6 batch',
      '7 debounce.maxWait',
      '8 persistData',
      '9 status',
    ]);
  });

  it('hides no fault of a condition, a template or a path', async () => {
    const checks = {
      ...known,
      ...(await import('../../../shared/heddle/triggers/templates/template-faults.ts')),
      ...(await import('../../../shared/heddle/triggers/inputs/mapping.ts')),
      findConditionFaults: (trigger: Trigger) => findConditionFaults(trigger, createMatchTools()),
    };
    const text = [
      'triggers:',
      ...sound('a'),
      '    timeout: soon',
      '    conditions: { a: { gt: true } }',
      '    filter: "a ++"',
      '    variables: { a: "{{ b" }',
      '    inputMapping: { a: "$.[" }',
    ];
    const { faults } = loadTriggers(readYaml(text.join('\n')), checks);
    expect(faults.map(({ line }) => line)).toEqual([5, 6, 7, 8, 9]);
  });
});

describe('fields that are sound each', () => {
  it.each([
    ['debounce: { wait: 1s }', 'batch: { size: 2, wait: 1s }', 6, 'leave one out'],
    ['debounce: { wait: 1s }', 'orderingKey: a', 6, 'has no place in an order'],
    ['batch: { size: 2, wait: 1s }', 'allowConcurrent: false', 6, 'compared event by event'],
    ['batch: { size: 2, wait: 1s }', 'persistData: false', 6, 'must be kept'],
    ['orderingKey: a', 'overlap: skip', 6, 'every run waits its turn'],
    ['tags: []', 'ui: {}', 6, 'only with "source: manual"'],
  ])('cannot be meant together: %s, %s', (one, other, line, message) => {
    const { faults } = load('triggers:', ...sound('a'), `    ${one}`, `    ${other}`);
    expect(faults).toEqual([{ line, trigger: 'a', message: expect.stringContaining(message) }]);
  });

  it.each([
    ['push', true],
    ['push.*', false],
    ['[push]', false],
  ])('with source manual, are of one type: %s', (eventType, isTaken) => {
    const text = `triggers: [{ name: a, source: manual, actor: log, eventType: ${eventType} }]`;
    const { faults } = loadTriggers(readYaml(text), { ...known, sources: ['manual'] });
    expect(faults).toHaveLength(isTaken ? 0 : 1);
  });

  it('bound each other: a window cannot close before its wait is over', () => {
    const isTaken = (debounce: string) =>
      linesOf('triggers:', ...sound('a'), `    debounce: ${debounce}`).length === 0;
    expect(isTaken('{ wait: 1m, maxWait: 1m }')).toBe(true);
    expect(isTaken('{ wait: 1m, maxWait: 59s }')).toBe(false);
  });
});

describe('the name of a trigger', () => {
  it('leaves room for the one that onFailure makes', () => {
    const isTaken = (length: number) =>
      linesOf('triggers:', ...sound('a'.repeat(length)), '    onFailure: log').length === 0;
    expect([53, 54].map(isTaken)).toEqual([true, false]);
  });

  it.each(['emit', 'events', 'preview', 'stats'])(
    'is not %s, where the API has something else',
    (name) => {
      expect(load('triggers:', ...sound(name)).faults).toEqual([
        { line: 2, trigger: name, message: expect.stringContaining('take another name') },
      ]);
    },
  );

  it('is none that onFailure would make', () => {
    const { faults, triggers } = load('triggers:', ...sound('a.on-failure'), ...sound('b'));
    expect(faults).toEqual([
      { line: 2, trigger: 'a.on-failure', message: expect.stringContaining('onFailure makes') },
    ]);
    expect(triggers.map(({ name }) => name)).toEqual(['b']);
  });
});

describe('a trigger of completions', () => {
  const listen = (...fields: readonly string[]) =>
    loadTriggers(
      readYaml(
        ['triggers:', ...fields.map((field) => `  - { source: completion, ${field} }`)].join('\n'),
      ),
      { ...known, sources: ['completion'] },
    );

  it('names a trigger that there is, one that onFailure makes included', () => {
    const { faults } = listen(
      'name: a, actor: log, sourceActor: pr-reviewer, onFailure: log',
      'name: b, actor: log, sourceTrigger: a',
      'name: c, actor: log, sourceTrigger: a.on-failure',
      'name: d, actor: log, sourceTrigger: b.on-failure',
      'name: e, actor: log, sourceTrigger: a, sourceActor: nobody',
    );
    expect(faults.map(({ line, message }) => [line, message.split(' (')[0]])).toEqual([
      [5, 'sourceTrigger: unknown trigger "b.on-failure"'],
      [6, 'sourceActor: unknown actor "nobody"'],
    ]);
  });

  it.each([
    ['by its name', 'name: a, actor: log, sourceTrigger: a', 'sourceTrigger: a -> a'],
    ['by its actor', 'name: a, actor: log, sourceActor: log', 'sourceActor: a runs log itself'],
  ])('may not cause itself, %s', (_, fields, message) => {
    expect(listen(fields).faults).toEqual([
      { line: 2, trigger: 'a', message: expect.stringContaining(message) },
    ]);
  });

  it('may hear of its own actor where conditions can leave its own runs out', () => {
    const filter = 'conditions: { trigger: { ne: a } }';
    const { faults, warnings } = listen(`name: a, actor: log, sourceActor: log, ${filter}`);
    expect({ faults, warnings }).toEqual({ faults: [], warnings: [] });
  });

  it('that hears of everything is warned of itself, and runs', () => {
    const { triggers, warnings } = listen('name: a, actor: log, status: failed');
    expect(triggers).toHaveLength(1);
    expect(warnings).toEqual([
      { line: 2, trigger: 'a', message: expect.stringContaining('trigger: { ne: a }') },
    ]);
    expect(listen('name: a, actor: log, conditions: { trigger: { ne: a } }').warnings).toEqual([]);
  });

  it('that is part of a circle is warned of it once', () => {
    const { faults, warnings } = listen(
      'name: a, actor: log, sourceTrigger: c',
      'name: b, actor: log, sourceTrigger: a',
      'name: c, actor: pr-reviewer, sourceTrigger: b',
      'name: d, actor: log, sourceActor: pr-reviewer',
    );
    expect(faults).toEqual([]);
    expect(warnings).toEqual([
      { line: 2, trigger: 'a', message: 'a -> b -> c -> a: each of these causes the next' },
    ]);
  });

  it('may be the end of a very long chain', () => {
    const names = Array.from({ length: 3000 }, (_, index) => `t${index}`);
    const links = names.map(
      (name, index) => `name: ${name}, actor: log, sourceTrigger: ${names[index + 1] ?? 't0'}`,
    );
    const { warnings } = listen(...links);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toMatch(/^t0 -> t2999 -> .* -> … -> t0: /);
    expect(warnings[0]?.message.length).toBeLessThan(200);
  });
});
