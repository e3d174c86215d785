import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSlackSample } from '../../../shared/heddle/cli/samples/slack.ts';
import { slack } from '../../../shared/heddle/sources/slack/slack.ts';
import { describeExpectedEvents, describeSecrets, toEvent } from '../../helpers/signed-source.ts';
import {
  createRequest,
  createSourceOf,
  describeVectors,
  type RequestParts,
  takeIn,
} from '../../helpers/sources.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const OTHER = '0f742231b10e8888abcd99yyyzzz85a6';

const MESSAGE = {
  ...{ type: 'event_callback', team_id: 'T1', event_id: 'Ev1', event_time: 1796083200 },
  event: { type: 'message', text: 'hello', ts: '1796083200.000100', channel: 'C1', user: 'U1' },
};
const REACTION = {
  ...{ type: 'event_callback', team_id: 'T1', event_id: 'Ev2' },
  event: { type: 'reaction_added', user: 'U1', item: { type: 'message', channel: 'C1' } },
};
const RESPONSE_URL = 'https://hooks.slack.com/actions/T1/1/secret';
const CLICK = {
  ...{ type: 'block_actions', trigger_id: '1.2.a', response_url: RESPONSE_URL },
  team: { id: 'T1', domain: 'd' },
  user: { id: 'U1', team_id: 'T1' },
  channel: { id: 'C1', name: 'general' },
  message: { text: 'Deploy?' },
  actions: [{ type: 'button', action_id: 'approve', value: '1' }],
};
const SUBMISSION = {
  ...{ type: 'view_submission', trigger_id: '1.2.b' },
  team: { id: 'T1' },
  user: { id: 'U1' },
  view: { id: 'V1', callback_id: 'form', state: { values: {} } },
  response_urls: [{ block_id: 'b', channel_id: 'C1', response_url: RESPONSE_URL }],
};
const COMMAND = {
  ...{ command: '/deploy', text: 'api', team_id: 'T1', channel_id: 'C1', user_id: 'U1' },
  ...{ trigger_id: '1.2.c', response_url: RESPONSE_URL },
};

const FORM = 'application/x-www-form-urlencoded';

function sign(payload: object | Buffer, secret: string, type = 'application/json'): RequestParts {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  const timestamp = `${Math.floor(Date.now() / 1000)}`;
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body);
  const headers = {
    'content-type': type,
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${hmac.digest('hex')}`,
  };
  return { headers, body };
}

function signForm(fields: Readonly<Record<string, string>>, secret: string): RequestParts {
  return sign(Buffer.from(`${new URLSearchParams(fields)}`), secret, FORM);
}

const take = (parts: RequestParts) =>
  takeIn(createSourceOf(slack, { secrets: [SECRET] }), createRequest(parts));
const takeInteraction = (payload: object) =>
  take(signForm({ payload: JSON.stringify(payload) }, SECRET));

describeVectors('slack.json', ({ secrets }) => createSourceOf(slack, { secrets }));

describeExpectedEvents('slack.json', slack);

describeSecrets(slack, {
  sign: (secret) => sign(MESSAGE, secret),
  secrets: [SECRET, OTHER],
  refused: 401,
});

describe('an event of Slack', () => {
  it('is named, dated and described', async () => {
    const { status, messages } = await take(sign(MESSAGE, SECRET));
    expect(status).toBe(202);
    expect(toEvent(messages)).toMatchObject({
      id: 'Ev1',
      type: 'message',
      subject: 'C1',
      time: '2026-12-01T00:00:00.000Z',
      data: MESSAGE,
      fields: { team: 'T1', team_id: 'T1', channel: 'C1', user: 'U1', text: 'hello' },
    });
  });

  it('of a reaction happened in the channel of what was reacted to', async () => {
    const { messages } = await take(sign(REACTION, SECRET));
    expect(toEvent(messages).fields).toEqual({
      ...{ team: 'T1', team_id: 'T1' },
      ...{ channel: 'C1', user: 'U1' },
    });
  });

  it('that is tried again is taken in again, under the same id', async () => {
    const signed = sign(MESSAGE, SECRET);
    const again = { ...signed.headers, 'x-slack-retry-num': '1' };
    const [first, second] = await Promise.all([take(signed), take({ ...signed, headers: again })]);
    expect(toEvent(second.messages).dedupeKey).toBe(toEvent(first.messages).dedupeKey);
  });

  it('without an id, as of the app itself, is named by its signed bytes', async () => {
    const limited = { type: 'app_rate_limited', team_id: 'T1', minute_rate_limited: 1 };
    const ids = [limited, limited, { ...limited, minute_rate_limited: 2 }].map(
      async (payload) => toEvent((await take(sign(payload, SECRET))).messages).id,
    );
    const [first, again, other] = await Promise.all(ids);
    expect(first).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it.each([
    ['a type', { type: 'event_callback', event: {} }],
    ['a challenge', { type: 'url_verification' }],
  ])('without %s is refused with 400', async (_, payload) => {
    expect((await take(sign(payload, SECRET))).status).toBe(400);
  });
});

describe('a slash command', () => {
  it('is answered with nothing to show, and described', async () => {
    const { reply, messages } = await take(signForm(COMMAND, SECRET));
    expect(reply).toEqual({ status: 200 });
    expect(toEvent(messages)).toMatchObject({
      id: '1.2.c',
      type: 'slash_command',
      fields: { team_id: 'T1', channel: 'C1', user: 'U1', text: 'api', command: '/deploy' },
    });
  });

  it.each([
    ['no command', 'text=api'],
    ['two payloads', 'payload={}&payload={}'],
    ['what is not UTF-8', 'command=%FF'],
    ['a check of the certificate beside it', 'command=/deploy&ssl_check=1'],
  ])('with %s is refused with 400', async (_, form) => {
    expect((await take(sign(Buffer.from(form), SECRET, FORM))).status).toBe(400);
  });
});

describe('an interaction', () => {
  it('is answered with nothing to show, and described', async () => {
    const { reply, messages } = await takeInteraction(CLICK);
    expect(reply).toEqual({ status: 200 });
    expect(toEvent(messages)).toMatchObject({
      id: '1.2.a',
      type: 'block_actions',
      fields: { team: 'T1', channel: 'C1', user: 'U1', text: 'Deploy?', action_id: 'approve' },
    });
  });

  it('that submits a modal closes it', async () => {
    const { reply, messages } = await takeInteraction(SUBMISSION);
    expect(reply).toEqual({ status: 200 });
    expect(toEvent(messages).fields).toMatchObject({ callback_id: 'form' });
  });

  it('without a trigger id is named by its signed bytes', async () => {
    const { messages } = await takeInteraction({ type: 'view_closed', view: { id: 'V1' } });
    expect(toEvent(messages).id).toMatch(/^sha256-/);
  });
});

describe('what lets anybody post', () => {
  it.each([
    ['a command', () => take(signForm(COMMAND, SECRET))],
    ['an interaction', () => takeInteraction(CLICK)],
    ['a modal', () => takeInteraction(SUBMISSION)],
    ['an event', () => take(sign({ ...MESSAGE, event: { ...CLICK, type: 'x' } }, SECRET))],
  ])('is not kept with %s', async (_, takeOne) => {
    const { messages } = await takeOne();
    const event = toEvent(messages);
    const kept = JSON.stringify(event);
    for (const readable of [RESPONSE_URL, 'hooks.slack.com', encodeURIComponent(RESPONSE_URL)]) {
      expect(kept).not.toContain(readable);
    }
    expect(JSON.stringify(event.data)).not.toContain('"response_url"');
  });

  it('is not kept with a step of a workflow', async () => {
    const step = { type: 'function_executed', bot_access_token: 'xwfp-secret', inputs: { a: 1 } };
    const { messages } = await take(sign({ ...MESSAGE, event: step }, SECRET));
    expect(toEvent(messages).data.event).toEqual({ type: 'function_executed', inputs: { a: 1 } });
  });
});

describe('an unsigned check of the certificate', () => {
  const check = (body: string, type = FORM) => take({ headers: { 'content-type': type }, body });

  it.each(['ssl_check=1', 'ssl_check=1&token=x', 'token=x&ssl_check=1'])(
    'of %s is answered with nothing',
    async (body) => {
      expect(await check(body)).toEqual({ status: 200, reply: { status: 200 }, messages: [] });
    },
  );

  it.each([
    'ssl_check=0',
    'ssl_check=1&ssl_check=1',
    'ssl_check=1&token=a&token=b',
    'ssl_check=1&command=/deploy',
    'ssl_check=1&payload={}',
    'ssl_check=1&__proto__=x',
    'token=x',
    `ssl_check=1&token=${'a'.repeat(256)}`,
  ])('of %s is none, and refused', async (body) => {
    expect((await check(body)).status).toBe(401);
  });

  it('is none as JSON', async () => {
    expect((await check('ssl_check=1', 'application/json')).status).toBe(401);
  });
});

describe('an example of the command line', () => {
  it.each(['message', 'slash_command', 'block_actions', 'view_submission'])(
    '%s is accepted, under a new id each time',
    async (type) => {
      const next = createSlackSample(type, () => SECRET);
      const ids = await Promise.all(
        [next(), next()].map(async (sample) => {
          const source = createSourceOf(slack, { secrets: [SECRET] });
          const { status, messages } = await takeIn(source, createRequest(sample));
          const event = toEvent(messages);
          expect(status).toBeLessThan(300);
          expect(event.type).toBe(type);
          return event.id;
        }),
      );
      expect(new Set(ids).size).toBe(2);
    },
  );

  it('is refused by name where there is none', () => {
    expect(() => createSlackSample('toString', () => SECRET)).toThrow('Known types: ');
  });
});
