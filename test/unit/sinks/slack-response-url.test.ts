import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../shared/heddle/domain/event.ts';
import { slack } from '../../../shared/heddle/sources/slack/slack.ts';
import { toInput } from '../../../shared/heddle/triggers/inputs/inputs.ts';
import { withoutTriggerEvent } from '../../../shared/heddle/triggers/inputs/trigger-event.ts';
import { createTrigger } from '../../helpers/factories.ts';
import { createSinkScene } from '../../helpers/sink-actors.ts';
import { createRequest, createSourceOf, takeIn } from '../../helpers/sources.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const OTHER = '0f742231b10e8888abcd99yyyzzz85a6';
const URL_OF_COMMAND = 'https://hooks.slack.com/commands/T1/1/s3cr3t';
const URL_OF_MODAL = 'https://hooks.slack.com/app/T1/2/s3cr3t';

const COMMAND = { command: '/deploy', text: 'api', trigger_id: '1.2.c', user_id: 'U1' };
const CLICK = { type: 'block_actions', trigger_id: '1.2.a', user: { id: 'U1' } };
const SUBMISSION = { type: 'view_submission', trigger_id: '1.2.b', view: { id: 'V1' } };
const inForm = (payload: object) => ({ payload: JSON.stringify(payload) });

interface TakeOptions {
  readonly secrets?: readonly string[];
  readonly signedWith?: string;
}

/** Takes in a form signed as by Slack, and returns its event. */
async function take(form: Record<string, string>, options: TakeOptions = {}): Promise<Event> {
  const { secrets = [SECRET], signedWith = SECRET } = options;
  const body = new URLSearchParams(form).toString();
  const timestamp = `${Math.floor(Date.now() / 1000)}`;
  const hmac = createHmac('sha256', signedWith).update(`v0:${timestamp}:${body}`);
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${hmac.digest('hex')}`,
  };
  const source = createSourceOf(slack, { secrets });
  const [message] = (await takeIn(source, createRequest({ headers, body }))).messages;
  if (message?.kind !== 'event') throw new Error('no event was taken in');
  return message.event;
}

const trigger = createTrigger({
  ...{ source: 'slack', actor: 'slack-message' },
  variables: { url: '{{ event.response_url }}', text: '{{ event.text }} it is' },
});

/** Runs the trigger as dispatch does, and returns the actor's posts. */
async function answer(event: Event, settings: Record<string, string>) {
  const posts: unknown[] = [];
  const { run } = createSinkScene({
    http: {
      async send({ url, body }) {
        posts.push([url, body]);
        return { status: 200, headers: {}, body: 'ok' };
      },
    },
    readSecret: (setting) => ({ value: settings[setting] ?? '' }),
  });
  const input = withoutTriggerEvent(await toInput(trigger, event));
  const error = await run('slack-message', input).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { input, posts, error };
}

const withUrl = { ...COMMAND, response_url: URL_OF_COMMAND };

describe('the response_url of Slack', () => {
  it.each([
    ['a command', withUrl, URL_OF_COMMAND],
    ['a button', inForm({ ...CLICK, response_url: URL_OF_COMMAND }), URL_OF_COMMAND],
    [
      'a modal',
      inForm({ ...SUBMISSION, response_urls: [{ block_id: 'b', response_url: URL_OF_MODAL }] }),
      URL_OF_MODAL,
    ],
  ])('of %s is kept sealed, and posted to', async (_, form, expected) => {
    const event = await take(form);
    expect(event.fields.response_url).toMatch(/^sealed:SECRET_1:[\w-]+$/);
    const { input, posts, error } = await answer(event, { SECRET_1: SECRET });
    expect(error).toBeUndefined();
    expect(posts).toEqual([[expected, expect.stringContaining(' it is')]]);
    for (const kept of [event, input]) {
      expect(JSON.stringify(kept)).not.toMatch(/hooks\.slack\.com|s3cr3t/);
    }
  });

  it('is sealed with the first secret that is set, whichever has signed', async () => {
    const seal = async (...secrets: string[]) => {
      const event = await take(withUrl, { secrets, signedWith: OTHER });
      return String(event.fields.response_url).split(':')[1];
    };
    expect(await seal(SECRET, OTHER)).toBe('SECRET_1');
    expect(await seal(OTHER, SECRET)).toBe('SECRET_1');
    expect(await seal(' ', OTHER)).toBe('SECRET_2');
  });

  it.each([{}, { SECRET_1: '' }, { SECRET_1: OTHER }, { SECRET_2: SECRET }])(
    'stays shut with the settings %j',
    async (settings) => {
      const { posts, error } = await answer(await take(withUrl), settings);
      expect(posts).toEqual([]);
      expect(error).toMatchObject({ name: 'TerminalError', code: 'sealed_unreadable' });
      expect((error as Error).message).not.toMatch(/hooks|s3cr3t/);
    },
  );

  it.each([
    ['none', COMMAND],
    ['an empty one', { ...COMMAND, response_url: '' }],
    ['a long one', { ...COMMAND, response_url: `${URL_OF_COMMAND}${'a'.repeat(2000)}` }],
    ['an object', inForm({ ...CLICK, response_url: { url: URL_OF_COMMAND } })],
    ['an empty list', inForm({ ...SUBMISSION, response_urls: [] })],
    ['one further in', inForm({ ...CLICK, message: { response_url: URL_OF_COMMAND } })],
  ])('is not there with %s', async (_, form) => {
    const event = await take(form);
    expect(event.fields).not.toHaveProperty('response_url');
    expect(JSON.stringify(event)).not.toContain('hooks.slack.com');
  });

  it('that leads elsewhere is not posted to', async () => {
    const event = await take({ ...COMMAND, response_url: 'https://evil.example/s3cr3t' });
    const { posts, error } = await answer(event, { SECRET_1: SECRET });
    expect(posts).toEqual([]);
    expect(error).toMatchObject({ name: 'TerminalError', code: 'input_invalid' });
    expect((error as Error).message).not.toMatch(/evil|s3cr3t/);
  });
});
