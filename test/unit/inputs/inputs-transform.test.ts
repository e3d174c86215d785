import { describe, expect, it } from 'vitest';
import type { Event } from '../../../shared/heddle/domain/event.ts';
import type { Json, JsonObject } from '../../../shared/heddle/domain/json.ts';
import type { TriggerCode } from '../../../shared/heddle/triggers/code/code.ts';
import { toInput } from '../../../shared/heddle/triggers/inputs/inputs.ts';
import { withoutTriggerEvent } from '../../../shared/heddle/triggers/inputs/trigger-event.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';

const command = createEvent({
  source: 'slack',
  data: { text: 'deploy web now', user: 'U1' },
  fields: { team_id: 'T1' },
});

const inCode: TriggerCode['transform'] = (event) => {
  const [name = '', ...args] = String(event.data.text).split(' ');
  return { command: name, args, userId: event.data.user as Json };
};
const inTemplates = {
  command: "{{ event.text.split(' ')[0] }}",
  args: ["{{ event.text.split(' ')[1] }}", "{{ event.text.split(' ')[2] }}"],
  userId: '{{ event.user }}',
};
const transformed = { command: 'deploy', args: ['web', 'now'], userId: 'U1' };

const build = async (written: object, code?: TriggerCode, event = command) =>
  withoutTriggerEvent(await toInput(createTrigger(written), event, code));

describe.each<[string, object, TriggerCode | undefined]>([
  ['in code', {}, { transform: inCode }],
  ['as templates', { transform: inTemplates }, undefined],
  ['in code, before one as templates', { transform: { a: 'b' } }, { transform: inCode }],
])('a transform %s', (_, written, code) => {
  it('is the input where the trigger says nothing else', async () => {
    expect(await build(written, code)).toEqual(transformed);
  });

  it('stands in the place of the event and of its fields', async () => {
    const inputMapping = { first: '$.args[0]', text: '$.text', team: '$.team_id' };
    const variables = { by: '{{ event.userId }}{{ event.user }}{{ fields.team_id }}' };
    expect(await build({ ...written, inputMapping, variables }, code)).toEqual({
      ...{ first: 'web', by: 'U1' },
    });
  });

  it('does not change what the trigger is told about the event', async () => {
    const variables = { type: '{{ trigger.eventType }}' };
    const input = await toInput(createTrigger({ ...written, variables }), command, code);
    expect(input).toMatchObject({
      type: 'pull_request.opened',
      _trigger_event: { event_id: 'delivery-1', source: 'slack' },
    });
  });
});

describe('a transform in code', () => {
  const run = (transform: (event: Event) => unknown, event = command) =>
    build({}, { transform: transform as never }, event);

  it('is given a copy: other triggers see the event as it came', async () => {
    await run((event) => {
      Object.assign(event.data, { text: 'changed' });
      return event.data;
    });
    expect(command.data.text).toBe('deploy web now');
  });

  it('yields a copy, as JSON has it', async () => {
    const given = { at: new Date(0), missing: undefined, inner: { a: 1 } };
    const input = await run(() => given);
    expect(input).toEqual({ at: '1970-01-01T00:00:00.000Z', inner: { a: 1 } });
    expect(input.inner).not.toBe(given.inner);
  });

  const circle: { self?: unknown } = {};
  circle.self = circle;
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', [{}]],
    ['a text', 's3cr3t'],
    ['a date', new Date(0)],
    ['a circle', circle],
    ['what JSON has no text for', { toJSON: () => undefined }],
    ['a function', () => ({})],
  ])('that returns %s fails for good', async (_, given) => {
    await expect(run(() => given)).rejects.toMatchObject({
      ...{ name: 'TerminalError', code: 'transform_invalid' },
      message:
        'expected an object of JSON from the transform of trigger "a-trigger", received something else',
    });
  });

  it('that is asynchronous fails for good, be it kept or broken', async () => {
    for (const given of [async () => ({}), () => Promise.reject(new Error('late'))]) {
      await expect(run(given)).rejects.toMatchObject({
        ...{ code: 'transform_invalid', message: expect.stringContaining('received a promise') },
      });
    }
  });

  it('that returns too many levels fails for good', async () => {
    const deep = JSON.parse('{"a":'.repeat(300) + 1 + '}'.repeat(300));
    await expect(run(() => deep)).rejects.toThrow('received more than 200 levels');
  });

  it('that throws fails the attempt with what it throws', async () => {
    const error = new TypeError('cannot read properties of undefined');
    const thrower = () => {
      throw error;
    };
    await expect(run(thrower)).rejects.toBe(error);
  });
});

describe('a transform as templates', () => {
  it('has names such as __proto__ for keys', async () => {
    const transform: JsonObject = JSON.parse('{"__proto__":{"a":"{{ event.user }}"}}');
    expect(JSON.stringify(await build({ transform }))).toBe('{"__proto__":{"a":"U1"}}');
  });

  it('that cannot be rendered says where', async () => {
    await expect(build({ transform: { a: ['{{ event.b[:1] }}'] } })).rejects.toMatchObject({
      ...{ name: 'TerminalError', code: 'template_invalid' },
      message: expect.stringContaining('the template transform.a.0 of trigger "a-trigger"'),
    });
  });
});
