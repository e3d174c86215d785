import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';
import { loadTriggers } from '../../../shared/heddle/triggers/definitions/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import { findScheduleFaults } from '../../../shared/heddle/triggers/schedules/schedule-faults.ts';
import { readmeExample } from '../../helpers/readme-example.ts';

const SOURCES = ['schedule', 'emit', 'completion'];
const known = { actors: ['log'], sources: SOURCES, findScheduleFaults };
const load = (text: string) => loadTriggers(readYaml(text), known);

/** Times of runs by trigger, without the year and the seconds. */
async function fire(given: readonly object[], now: string, length: string) {
  await using app = await createTestApp({ triggers: [...given], now });
  await app.advance(length);
  const runs = await app.runs();
  const times = (name: string) =>
    runs
      .filter(({ trigger }) => trigger === name)
      .map(({ createdAt }) => createdAt.slice(5, 16))
      .toSorted();
  return { times };
}

function loadSound(file: object): readonly Trigger[] {
  const { triggers, faults } = load(stringify(file));
  expect(faults).toEqual([]);
  return triggers;
}

/** The triggers of a file with its calendars resolved, as code would write them. */
const toWritten = (triggers: readonly Trigger[]) =>
  triggers.map(({ name, source, schedule, actor }) => {
    const { catchUpWindow: _window, grace: _grace, ...rest } = schedule ?? {};
    return { name, source, schedule: rest, actor };
  });

describe('a trigger with several times', () => {
  // source: apache/airflow #8649, dagster-io/dagster #9501
  it('fires at each of them, once where they coincide', async () => {
    const triggers = [
      { name: 'c', source: 'schedule', schedule: { at: ['02:00', '14:00'] }, actor: 'log' },
      {
        ...{ name: 'd', source: 'schedule', actor: 'log' },
        schedule: ['30 9 * * 1-5', '15 10 * * 1-5', '30 9 * * *'],
      },
    ];
    const { times } = await fire(triggers, '2026-12-03T00:00:00Z', '2d');
    expect(times('c')).toEqual(['12-03T02:00', '12-03T14:00', '12-04T02:00', '12-04T14:00']);
    expect(times('d')).toEqual(['12-03T09:30', '12-03T10:15', '12-04T09:30', '12-04T10:15']);
  });

  it('is as the page has it', async () => {
    const triggers = toWritten(loadSound(readmeExample('Several times in one schedule')));
    const { times } = await fire(triggers, '2026-12-03T00:00:00Z', '1d');
    expect(times('twice-a-day')).toEqual(['12-03T01:00', '12-03T13:00']);
    expect(times('market-opens')).toEqual(['12-03T06:00', '12-03T09:30']);
    expect(times('reports')).toHaveLength(4);
  });

  it('has one policy for what is missed', () => {
    const { triggers } = load(stringify(readmeExample('Several times in one schedule')));
    expect(triggers[2]?.schedule).toMatchObject({ misfire: 'skip', timezone: 'America/New_York' });
    expect(triggers[1]?.schedule).toMatchObject({ misfire: 'fireOnce', timezone: 'UTC' });
  });

  it('keeps a single cron as it was, so that its ledger goes on', () => {
    const { triggers } = load(
      'triggers: [{ name: a, source: schedule, schedule: "0 9 * * *", actor: log }]',
    );
    expect(Object.keys(triggers[0]?.schedule ?? {})).toEqual([
      ...['cron', 'timezone', 'jitter', 'enabled', 'misfire', 'catchUpWindow', 'grace'],
      ...['skippedTime', 'repeatedTime'],
    ]);
  });
});

describe('a calendar', () => {
  // source: windmill-labs/windmill #4789, kestra-io/kestra #2629
  it('leaves out its dates, as on the page', async () => {
    const triggers = toWritten(loadSound(readmeExample('Dates on which nothing fires')));
    const { times } = await fire(triggers, '2026-12-23T00:00:00Z', '13d');
    expect(times('working-days')).toEqual(
      [...['12-23T08:00', '12-24T08:00', '01-01T08:00', '01-04T08:00']].toSorted(),
    );
  });

  const file = (exclude: string, calendars = '{ germany: ["12-25"] }') =>
    [
      `calendars: ${calendars}`,
      'triggers:',
      '  - name: a',
      '    source: schedule',
      '    actor: log',
      `    schedule: { at: "09:00", exclude: ${exclude} }`,
    ].join('\n');

  it('is put into the triggers that name it', () => {
    const { triggers } = load(file('[germany, "2026-12-24"]'));
    expect(triggers[0]?.schedule?.exclude).toEqual(['12-25', '2026-12-24']);
    const list = file('x').replace(/\{ at.*/, '[{ at: "09:00", exclude: germany }, "@daily"]');
    expect(load(list).triggers[0]?.schedule?.any?.[0]).toMatchObject({ exclude: ['12-25'] });
  });

  it.each([
    [
      'germny',
      'schedule.exclude: unknown calendar "germny" (known: germany): did you mean germany?',
    ],
    ['["12-24", sweden]', 'schedule.exclude.1: unknown calendar "sweden" (known: germany)'],
  ])('that is unknown is a fault: %s', (exclude, message) => {
    const { triggers, faults } = load(file(exclude));
    expect(triggers).toEqual([]);
    expect(faults).toEqual([{ line: 6, trigger: 'a', message }]);
  });

  it('with a fault excludes the triggers that name it, and no other', () => {
    const calendars = '{ germany: ["2026-02-30"], sweden: ["12-25"] }';
    const other = '  - { name: b, source: schedule, actor: log, schedule: "@daily" }';
    const { triggers, faults } = load(`${file('germany', calendars)}\n${other}`);
    expect(triggers.map(({ name }) => name)).toEqual(['b']);
    expect(faults.map(({ line }) => line)).toEqual([1, 6]);
    expect(load(file('sweden', calendars)).triggers).toHaveLength(1);
  });
});

describe('a completion trigger of several triggers', () => {
  const file = (sourceTrigger: string, name = 'g') =>
    load(
      [
        'triggers:',
        '  - { name: a, source: emit, eventType: x, actor: log }',
        '  - { name: b, source: emit, eventType: y, actor: log }',
        `  - { name: ${name}, source: completion, sourceTrigger: ${sourceTrigger}, actor: log }`,
      ].join('\n'),
    );

  it('runs for the runs of each of them, and of no other', async () => {
    const { triggers } = file('[a, b]');
    expect(triggers).toHaveLength(3);
    const emitted = (name: string) => ({ name, source: 'emit', eventType: name, actor: 'log' });
    const listener = { name: 'g', source: 'completion', sourceTrigger: ['a', 'b'], actor: 'log' };
    await using app = await createTestApp({
      triggers: [emitted('a'), emitted('b'), emitted('c'), listener],
    });
    for (const type of ['a', 'b', 'c']) await app.emit(type, {});
    await app.advance('1s');
    const runs = await app.runs();
    expect(runs.filter(({ trigger }) => trigger === 'g')).toHaveLength(2);
  });

  it.each([
    ['[a, bb]', 'sourceTrigger: unknown trigger "bb" (known: a, b, g): did you mean b?'],
    ['[a, g]', 'sourceTrigger: g -> g: every run would cause the next: name another trigger'],
    ['[]', 'sourceTrigger: Too small: expected array to have >=1 items'],
    ['[5]', 'sourceTrigger.0: Invalid input: expected string, received number'],
  ])('names known ones, and not itself: %s', (written, message) => {
    expect(file(written).faults.map((fault) => fault.message)).toEqual([message]);
  });

  it('is part of a circle that is warned of', () => {
    const { warnings } = load(
      [
        'triggers:',
        '  - { name: a, source: completion, sourceTrigger: [b, c], actor: log }',
        '  - { name: b, source: completion, sourceTrigger: [a], actor: log }',
        '  - { name: c, source: emit, eventType: x, actor: log }',
      ].join('\n'),
    );
    expect(warnings.map(({ message }) => message)).toEqual([
      'a -> b -> a: each of these causes the next',
    ]);
  });
});

describe('a schedule that is paused', () => {
  // source: kestra-io/kestra #6027, #3000
  it('makes up for nothing if its misfire skips, and for all if the trigger says hold', async () => {
    const triggers = [...loadSound(readmeExample('Schedules that are paused'))].map(
      ({ name, source, schedule, whilePaused, actor }) => ({
        ...{ name, source, actor, schedule: { interval: 2, misfire: schedule?.misfire } },
        ...(name === 'sync' ? {} : { whilePaused }),
      }),
    );
    await using app = await createTestApp({ triggers });
    await app.advance('3s');
    for (const name of ['sync', 'sync-anyway'])
      await app.app.call('api-trigger-pause', { params: { name } });
    await app.advance('11s');
    for (const name of ['sync', 'sync-anyway'])
      await app.app.call('api-trigger-resume', { params: { name } });
    await app.advance('1ms');
    const ended = (await app.runs()).filter(({ status }) => status === 'succeeded');
    const count = (name: string) => ended.filter(({ trigger }) => trigger === name).length;
    expect([count('sync'), count('sync-anyway')]).toEqual([1, 7]);
  });

  it.each([
    ['skip', 'drop'],
    ['fireOnce', 'keepLast'],
    ['catchUp', 'hold'],
  ])('with misfire %s has whilePaused %s', (misfire, whilePaused) => {
    const written = (more: string) =>
      load(
        `triggers: [{ name: a, source: schedule, schedule: { interval: 2s, misfire: ${misfire} }, actor: log${more} }]`,
      ).triggers[0];
    expect(written('')?.whilePaused).toBe(whilePaused);
    expect(written(', whilePaused: drop')?.whilePaused).toBe('drop');
  });

  it('says hold of any other trigger, at its place among the fields', () => {
    const [trigger] = load('triggers: [{ name: a, source: emit, actor: log }]').triggers;
    expect(Object.entries(trigger ?? {}).slice(6, 10)).toEqual([
      ...[
        ['actor', 'log'],
        ['allowConcurrent', true],
      ],
      ...[
        ['priority', 0],
        ['whilePaused', 'hold'],
      ],
    ]);
  });
});
