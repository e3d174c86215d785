import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import type { Event } from '../../../shared/heddle/domain/event.ts';
import { TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';
import { loadTriggers } from '../../../shared/heddle/triggers/definitions/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import { readmeExample } from '../../helpers/readme-example.ts';

const known = { actors: ['log', 'alert', 'http'], sinks: ['http'], sources: ['emit'] };
const load = (text: string) => loadTriggers(readYaml(text), known);
const TRIGGERS = `triggers:
  - { name: a, source: emit, actor: log }
  - { name: b, source: emit, actor: log, timeout: 5s, onFailure: false }
`;

class Failing extends Actor {
  execute({ code }: { readonly code: string }): never {
    throw new TerminalError(code as never, 'it failed');
  }
}

class Alert extends Actor {
  static inputs: Record<string, unknown>[] = [];
  execute(input: Record<string, unknown>): void {
    Alert.inputs.push(input);
  }
}

async function open(triggers: object | string, runtime = createRuntime()) {
  Alert.inputs = [];
  const actors = { failing: Failing, alert: Alert };
  return createTestApp({ app: { actors, runtime }, triggers: triggers as never });
}

describe('defaults of the file', () => {
  it('are fields of each trigger that has none of its own', () => {
    const { triggers, faults } = load(
      `defaults: { retry: { maxAttempts: 2 }, timeout: 1m, retentionDays: 7, onFailure: alert }\n${TRIGGERS}`,
    );
    expect(faults).toEqual([]);
    const retry = { maxAttempts: 2, backoff: 'exponential' };
    expect(triggers).toMatchObject([
      { name: 'a', retry, timeout: 60_000, retentionDays: 7, onFailure: 'alert' },
      { name: 'b', retry, timeout: 5000, retentionDays: 7, onFailure: false },
    ]);
  });

  it.each([
    ['timeout: 25h', 'timeout', 'expected at most 24h'],
    ['retry: { maxAttempt: 3 }', 'retry', 'maxAttempt'],
    ['onFailure: alrt', 'onFailure', 'did you mean alert'],
    ['onFailure: http', 'onFailure', 'needs inputs'],
    ['retries: 3', 'retries', 'retries'],
    ['onFailure: { actor: alert, group: { window: 8d } }', 'onFailure', 'expected'],
  ])('with the fault %s say so once, with its line, and cost no trigger', (field, _, said) => {
    const { triggers, faults } = load(`defaults:\n  retentionDays: 7\n  ${field}\n${TRIGGERS}`);
    expect(faults).toEqual([{ line: 3, message: expect.stringContaining(said) }]);
    expect(faults[0]?.message).toMatch(/^defaults: /);
    expect(triggers).toMatchObject([{ retentionDays: 7 }, { retentionDays: 7 }]);
  });

  it('show their own line where they contradict a trigger', () => {
    const name = 'x'.repeat(60);
    const text = `defaults:\n  onFailure: alert\ntriggers:\n  - { name: ${name}, source: emit, actor: log }\n`;
    expect(load(text).faults).toMatchObject([{ line: 4, trigger: name }]);
  });

  it('are as the page shows them, for triggers in code too', async () => {
    const file = readmeExample('Defaults for all triggers');
    const [one, two] = file.triggers as readonly object[];
    const triggers = [{ ...one, actor: 'failing' }, two];
    const runtime = createRuntime();
    runtime.registerTrigger('in-code', { source: 'emit', eventType: 'x', actor: 'failing' });
    await using app = await open({ ...file, triggers }, runtime);
    await app.emit('x', { code: 'input_invalid' });
    await app.emit('order.paid', { code: 'input_invalid' });
    await app.advance('10m');
    const failed = Alert.inputs.flatMap(({ events }) => events as readonly Event[]);
    expect(JSON.stringify(failed)).toContain('"in-code"');
    expect(Alert.inputs).toHaveLength(2);
  });
});

describe('failures of one kind', () => {
  const group = { actor: 'alert', group: { window: '10m' } };
  const failing = { source: 'emit', eventType: 'x', actor: 'failing' };

  it('are one run of the actor within the window, and each kind has its own', async () => {
    await using app = await open([
      { name: 'a', ...failing, onFailure: group },
      { name: 'b', ...failing, onFailure: group },
    ]);
    for (let n = 0; n < 3; n++) await app.emit('x', { code: 'input_invalid' });
    await app.emit('x', { code: 'path_invalid' });
    expect(Alert.inputs).toEqual([]);
    await app.advance('10m');
    const counts = Alert.inputs.map(({ count }) => count);
    expect(counts.toSorted()).toEqual([1, 1, 3, 3]);
    const [many] = Alert.inputs.filter(({ count }) => count === 3);
    const events = many?.events as readonly { readonly error: { readonly code: string } }[];
    expect(events.map(({ error }) => error.code)).toEqual(Array(3).fill('input_invalid'));
    expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(3);
  });

  it('run one by one where no payload may be kept', async () => {
    await using app = await open([{ name: 'a', ...failing, onFailure: group, persistData: false }]);
    for (let n = 0; n < 2; n++) await app.emit('x', { code: 'input_invalid' });
    await app.advance('1s');
    expect(Alert.inputs).toHaveLength(2);
  });

  it('run nothing where a trigger says false', async () => {
    await using app = await open({
      defaults: { onFailure: 'alert' },
      triggers: [
        { name: 'a', ...failing, onFailure: false },
        { name: 'b', ...failing },
      ],
    });
    await app.emit('x', { code: 'input_invalid' });
    await app.advance('1s');
    expect(Alert.inputs).toMatchObject([{ trigger: 'b' }]);
  });
});
