import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScheduleSchema } from '../../../shared/heddle/domain/schedule.ts';
import { hasSchedules, loadTriggers } from '../../../shared/heddle/triggers/definitions/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import {
  findScheduleFault,
  findScheduleFaults,
} from '../../../shared/heddle/triggers/schedules/schedule-faults.ts';

const parse = (given: unknown) => ScheduleSchema.parse(given);

describe('findScheduleFault', () => {
  it.each([
    [{ cron: '0 25 * * *' }, 'cron: the hour "25" is none: expected 0-23, or of them a list'],
    [{ cron: '0 22-2 * * *' }, 'a range upwards (2-5)'],
    [{ cron: '0 0 1-40 * *' }, 'the day of the month "1-40" is none: expected 1-31, L, LW or 15W'],
    [{ cron: '0 8 * * 1:5' }, 'the day of the week "1:5" is none: expected 0-7, SUN-SAT'],
    [{ cron: '60 0 8 * * *' }, 'the second "60" is none: expected 0-59'],
    [{ cron: '0 0 * */0 *' }, 'the month "*/0" is none'],
    [{ cron: '@reboot' }, 'cron: unknown name "@reboot": expected @yearly,'],
    [{ cron: '0 0 31 2 *' }, 'cron: "0 0 31 2 *" never fires: no date is such a day; change'],
    [{ at: '02:00', timezone: 'Europe/Berln' }, 'did you mean Europe/Berlin?'],
    [
      { interval: '1h', timezone: 'Mars' },
      'timezone: unknown time zone "Mars": expected an IANA name',
    ],
    [
      { interval: '1h', start: '2026-02-01T00:00:00Z', end: '2026-01-01T00:00:00Z' },
      'end: 2026-01-01T00:00:00Z is before start, 2026-02-01T00:00:00Z: exchange them',
    ],
    [
      { cron: '0 0 1 5 *', start: '2026-02-01T00:00:00Z', end: '2026-03-01T00:00:00Z' },
      'end: it never fires between start and end: move end',
    ],
    [{ interval: '1h', end: '1960-01-01T00:00:00Z' }, 'end: it never fires before end'],
  ])('says of %j what to do: %s', (given, message) => {
    expect(findScheduleFault(parse(given))).toContain(message);
  });

  it.each([
    '@hourly',
    ' 0 8 * * 1-5\n',
    '0 0 29 2 *',
    '0 0/5 * * * ?',
    { at: '02:00', timezone: '+05:30' },
    { interval: '1h', start: '2026-01-01T00:00:00Z', end: '2026-01-01T00:00:00Z' },
  ])('finds nothing wrong with %j', (given) => {
    expect(findScheduleFault(parse(given))).toBeUndefined();
  });

  it('finds all that is wrong with one', () => {
    const schedule = parse({ cron: '99 * * * *', timezone: 'Nowhere/At_All' });
    const paths = findScheduleFaults({ schedule }).map(({ path }) => path.join('.'));
    expect(paths).toEqual(['schedule.cron', 'schedule.timezone']);
    expect(findScheduleFaults({})).toEqual([]);
  });

  it('answers whatever is written', () => {
    const part = fc.string({
      unit: fc.constantFrom(...'0123456789*/,-#LW?+@:aMON'),
      maxLength: 12,
    });
    const texts = fc.array(part, { minLength: 5, maxLength: 6 }).map((parts) => parts.join(' '));
    const zones = fc.oneof(fc.constantFrom('UTC', 'Europe/Berlin'), fc.string({ maxLength: 64 }));
    const check = fc.property(texts, zones, (cron, timezone) => {
      const { data } = ScheduleSchema.safeParse({ cron, timezone });
      expect(['string', 'undefined']).toContain(typeof (data && findScheduleFault(data)));
    });
    fc.assert(check, { numRuns: 300 });
  });
});

describe('the triggers file', () => {
  const known = { actors: ['log'], sources: ['schedule'], findScheduleFaults };
  const toFile = (...lines: readonly string[]) =>
    readYaml(
      [
        'triggers:',
        '  - name: nightly',
        '    source: schedule',
        '    actor: log',
        ...lines.map((line) => `    ${line}`),
      ].join('\n'),
    );

  it('has the line of each fault', () => {
    const read = toFile('schedule:', '  cron: 0 25 * * *', '  timezone: Europe/Berln');
    const { triggers, faults } = loadTriggers(read, known);
    expect(triggers).toEqual([]);
    expect(faults.map(({ line, message }) => [line, message.split(' "')[0]])).toEqual([
      [6, 'schedule.cron: the hour'],
      [7, 'schedule.timezone: unknown time zone'],
    ]);
  });

  it('has all faults of a schedule that cannot be used for one of its fields', () => {
    const lines = ['  cron: 0 25 * * *', '  timezone: Europe/Berln', '  at: "02:00"'];
    const { faults } = loadTriggers(toFile('schedule:', ...lines, '  misfire: never'), known);
    expect(faults.map(({ line, message }) => [line, message.split(': ')[0]])).toEqual([
      [5, 'schedule'],
      [6, 'schedule.cron'],
      [7, 'schedule.timezone'],
      [9, 'schedule.misfire'],
    ]);
  });

  it.each(['[]', '[5]', '5', 'null', '"soon"'])(
    'is one fault for a schedule that is %s',
    (written) => {
      expect(loadTriggers(toFile(`schedule: ${written}`), known).faults).toHaveLength(1);
    },
  );

  it('is found in a text, too', () => {
    const read = toFile('schedule: "0 0 30 2 *"');
    expect(loadTriggers(read, known).faults).toMatchObject([{ line: 5, trigger: 'nightly' }]);
  });

  it('loads the calendar only where there is a schedule', () => {
    expect(hasSchedules(toFile('schedule: "@daily"'))).toBe(true);
    expect(hasSchedules(toFile('enabled: true'))).toBe(false);
  });
});
