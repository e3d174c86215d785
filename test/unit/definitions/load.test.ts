import { describe, expect, it } from 'vitest';
import { loadTriggers, toFaultText } from '../../../shared/heddle/triggers/definitions/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';

const known = { actors: ['log', 'pr-reviewer'], sources: ['github'] };

/** Lines of the file, counted from 1. */
const load = (...lines: readonly string[]) => loadTriggers(readYaml(lines.join('\n')), known);
const linesOf = (...lines: readonly string[]) => load(...lines).faults.map(({ line }) => line);

const sound = (name: string) => [`  - name: ${name}`, '    source: github', '    actor: log'];

describe('a sound triggers file', () => {
  it('gives its triggers in order, with defaults and durations in milliseconds', () => {
    const { triggers, faults } = load(
      'triggers:',
      ...sound('b'),
      ...sound('a'),
      '    retry: { delay: 2s, maxDelay: 90 }',
      '    timeout: 1m',
    );
    expect(faults).toEqual([]);
    expect(triggers.map(({ name }) => name)).toEqual(['b', 'a']);
    const retry = { maxAttempts: 5, backoff: 'exponential', jitter: 'half', nonRetryable: [] };
    expect(triggers[0]).toEqual({
      ...{ name: 'b', source: 'github', actor: 'log', tags: [], enabled: true, conditions: {} },
      ...{ requireVerification: true, allowConcurrent: true, priority: 0, whilePaused: 'hold' },
      retry: { ...retry, delay: 1000, maxDelay: 300_000 },
      ...{ timeout: 300_000, persistData: true },
    });
    expect(triggers[1]).toMatchObject({
      retry: { ...retry, delay: 2000, maxDelay: 90_000 },
      timeout: 60_000,
    });
  });

  it.each([
    ['empty', ''],
    ['nothing but a comment', '# none yet\n'],
    ['an empty list', 'triggers: []'],
    ['a key without a value', 'triggers:\n'],
  ])('may be %s', (_, text) => {
    expect(load(text)).toEqual({ triggers: [], faults: [], warnings: [] });
  });

  it('may be JSON', () => {
    const text = JSON.stringify({ triggers: [{ name: 'a', source: 'github', actor: 'log' }] });
    expect(load(text).triggers).toHaveLength(1);
  });

  it('may share parts by anchors', () => {
    const { triggers, faults } = load(
      'triggers:',
      ...sound('a'),
      '    conditions: &main { base_branch: main }',
      ...sound('b'),
      '    conditions: *main',
    );
    expect(faults).toEqual([]);
    expect(triggers[1]?.conditions).toEqual({ base_branch: 'main' });
  });
});

describe('every fault', () => {
  it('is found at once, in the order of lines, and leaves the other triggers', () => {
    const { triggers, faults } = load(
      'triggers:',
      ...sound('good'), // 2
      '  - name: lost', // 5
      '    source: gitlab',
      '    actor: nobody',
      '    timeout: soon', // 8
      ...sound('good'), // 9
      '    colour: red', // 12
      '    shape:', // 13
      '      - round',
      ...sound('other'), // 15
      '    retry:', // 18
      '      maxAttempts: 0',
      '  - just a text', // 20
      '  - source: github', // 21
      '    actor: log',
      ...sound('last'),
    );
    expect(faults).toEqual([
      {
        line: 6,
        trigger: 'lost',
        message: 'unknown source "gitlab" (known: github): did you mean github?',
      },
      { line: 7, trigger: 'lost', message: 'unknown actor "nobody" (known: log, pr-reviewer)' },
      { line: 8, trigger: 'lost', message: expect.stringMatching(/^timeout: expected a duration/) },
      { line: 9, trigger: 'good', message: 'the name "good" is taken by the trigger in line 2' },
      { line: 12, trigger: 'good', message: 'unknown field "colour": take it out' },
      { line: 13, trigger: 'good', message: 'unknown field "shape": take it out' },
      { line: 19, trigger: 'other', message: expect.stringMatching(/^retry\.maxAttempts: /) },
      { line: 20, message: expect.stringContaining('expected object') },
      { line: 21, message: expect.stringMatching(/^name: .*expected string/) },
    ]);
    expect(triggers.map(({ name }) => name)).toEqual(['good', 'last']);
  });

  it.each([
    ['a wrong name', 'name', '"two words"', 'expected letters, digits'],
    ['a number for a name', 'name', '5', 'expected string'],
    ['a type with a space around it', 'eventType', '" push"', 'expected an event type such as'],
    ['a type of nothing', 'eventType', '""', 'expected an event type such as'],
    ['a type too long', 'eventType', `"${'x'.repeat(257)}"`, 'to which longer types are cut'],
    ['an empty list of types', 'eventType', '[]', 'expected array to have >=1'],
    ['a wrong type in the list', 'eventType', '[push, 5]', 'expected an event type such as'],
    ['a text for enabled', 'enabled', '"yes"', 'expected boolean'],
    ['a word of older YAML for false', 'enabled', 'no', 'write true or false, without quotes'],
    ['a list for conditions', 'conditions', '[a]', 'expected an object'],
    ['a timeout of nothing', 'timeout', '0', 'at least 1ms'],
    ['a timeout over a day', 'timeout', '25h', 'at most 24h'],
    ['a timeout beyond all measure', 'timeout', '9999999w', 'at most 3650d'],
    ['a negative delay', 'retry', '{ delay: -1 }', 'retry.delay: Too small'],
    ['an unknown backoff', 'retry', '{ backoff: linear }', 'exponential'],
    [
      'an unknown field of retry',
      'retry',
      '{ attempts: 3 }',
      'retry: unknown field "attempts": did you mean maxAttempts?',
    ],
    ['a number for retry', 'retry', '3', 'such as { maxAttempts: 3, delay: 2s }'],
    ['a wait alone', 'debounce', '5s', 'such as { wait: 5s }'],
    ['a duration for seconds', 'cooldownSeconds', '30s', 'a number of seconds such as 30'],
    ['a delay that is never reached', 'retry', '{ delay: 10m }', 'expected no less than delay'],
    [
      'a path for a template',
      'dedupe',
      '{ key: event.id, window: 1h }',
      'dedupe.key: expected a template such as {{ event.id }}',
    ],
    [
      'conditions nested too deep',
      'conditions',
      `${'{ a: '.repeat(51)}1${' }'.repeat(51)}`,
      'at most 50 levels',
    ],
  ])('says what is expected: %s', (_, field, value, expected) => {
    const written = { name: 'a', source: 'github', actor: 'log', [field]: value };
    const lines = Object.entries(written).map(([key, text]) => `    ${key}: ${text}`);
    const { triggers, faults } = load('triggers:', '  -', ...lines);
    expect(triggers).toEqual([]);
    const line = 3 + Object.keys(written).indexOf(field);
    expect(faults).toEqual([expect.objectContaining({ line })]);
    expect(faults[0]?.message).toContain(expected);
  });

  it.each([
    'pull_request.opened',
    'pull_request.*',
    'https://example.com/orders/created',
    'EC2 Instance State-change Notification',
    'com.example.order+json#v1',
  ])('is none in the type %s', (eventType) => {
    const { triggers } = load(
      'triggers:',
      `  - { name: a, source: github, actor: log, eventType: "${eventType}" }`,
    );
    expect(triggers).toMatchObject([{ eventType }]);
  });

  it('of the whole file has its line', () => {
    expect(linesOf('', 'trigers: []')).toEqual([2]);
    expect(linesOf('# a comment', 'triggers: yes')).toEqual([2]);
    expect(linesOf('- name: a')).toEqual([1]);
    expect(linesOf('just a text')).toEqual([1]);
  });
});

describe('a part of the file that is unknown', () => {
  it('is a fault with its line, and the triggers beside it stay', () => {
    const { triggers, faults } = load('sorces: {}', 'triggers:', ...sound('a'));
    expect(triggers.map(({ name }) => name)).toEqual(['a']);
    expect(faults).toEqual([{ line: 1, message: 'unknown field "sorces": did you mean sources?' }]);
  });

  it('is named where nothing is like it', () => {
    const { triggers, faults } = load('triggers:', ...sound('a'), 'flavours: {}');
    expect(triggers).toHaveLength(1);
    expect(faults).toMatchObject([
      {
        message:
          'unknown field "flavours" (known: sources, triggers, include, defaults, limits, calendars)',
      },
    ]);
  });
});

describe('what is no YAML', () => {
  it.each([
    ['an unclosed list', ['triggers: [', '  a'], 2],
    ['a tab for indentation', ['triggers:', '\t- name: a'], 2],
    ['a key given twice', ['triggers:', ...sound('a'), '    actor: log'], 5],
    ['two documents', ['triggers: []', '---', 'triggers: []'], 2],
    ['an alias without its anchor', ['triggers:', '  - name: *nobody'], 2],
  ])('is a fault of its line: %s', (_, lines, line) => {
    const { triggers, faults } = load(...lines);
    expect(triggers).toEqual([]);
    expect(faults.map((fault) => fault.line)).toContain(line);
  });

  it.each([
    ['a list alone', ['- name: a'], 'expected triggers: with the list under it'],
    ['two documents', ['triggers: []', '---'], 'a second document begins here: take the --- out'],
  ])('says what to change: %s', (_, lines, message) => {
    expect(load(...lines).faults).toMatchObject([{ message }]);
  });

  it('names every alias that has no anchor', () => {
    const { faults } = load('triggers:', '  - name: *one', '    actor: *two');
    expect(faults).toEqual([
      { line: 2, message: '*one has no anchor &one before it' },
      { line: 3, message: '*two has no anchor &two before it' },
    ]);
  });

  it('does not blow up: aliases that multiply are a fault', () => {
    const layers = Array.from({ length: 8 }, (_, index) => {
      const inner = index === 0 ? 'x' : `*l${index - 1}`;
      return `l${index}: &l${index} [${Array.from({ length: 9 }, () => inner).join(', ')}]`;
    });
    const { triggers, faults } = load(...layers, 'triggers: []');
    expect(triggers).toEqual([]);
    expect(faults).toEqual([
      { line: 7, message: expect.stringContaining('*l5 makes the file too large') },
    ]);
  });
});

it('shows a fault as file, line, trigger and message', () => {
  const fault = { line: 12, trigger: 'a', message: 'unknown actor' };
  expect(toFaultText('triggers.yaml', fault)).toBe('triggers.yaml:12 [a] unknown actor');
  expect(toFaultText('t.yaml', { line: 1, message: 'no' })).toBe('t.yaml:1 no');
});
