import { createHmac } from 'node:crypto';
import { verifySlackRequest } from '@slack/bolt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slack } from '../../../shared/heddle/sources/slack/slack.ts';
import { edit, edits } from '../../helpers/odd-payloads.ts';
import { createMutation, noise, paths } from '../../helpers/odd-requests.ts';
import { createRequest, createSourceOf, type RequestParts, takeIn } from '../../helpers/sources.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const source = createSourceOf(slack, { secrets: [SECRET] });

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

const PAYLOADS: readonly object[] = [MESSAGE, REACTION, CLICK, SUBMISSION, COMMAND];

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

const mutation = createMutation([(text) => `${text}zz`, (text) => text.replace('1', '0')]);

interface Presented {
  readonly body: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly secret: string;
}

function isAcceptedByBolt({ body, timestamp, signature, secret }: Presented): boolean {
  try {
    verifySlackRequest({
      signingSecret: secret,
      body,
      headers: { 'x-slack-request-timestamp': Number(timestamp), 'x-slack-signature': signature },
    });
    return true;
  } catch {
    return false;
  }
}

describe('what is signed as Slack signs it', () => {
  it('is accepted, and no mutation of it that bolt refuses, in 5,000 of them', async () => {
    const counts = { accepted: 0, refused: 0 };
    const mutations = fc.tuple(mutation, mutation, mutation, mutation);
    await fc.assert(
      fc.asyncProperty(mutations, async ([onBody, onTime, onSignature, onSecret]) => {
        const { headers = {}, body = '' } = sign(MESSAGE, SECRET);
        const presented = {
          body: onBody(body.toString()),
          timestamp: onTime(headers['x-slack-request-timestamp'] ?? ''),
          signature: onSignature(headers['x-slack-signature'] ?? ''),
          secret: onSecret(SECRET),
        };
        const { status } = await takeIn(
          createSourceOf(slack, { secrets: [presented.secret] }),
          createRequest({
            headers: {
              'content-type': 'application/json',
              'x-slack-request-timestamp': presented.timestamp,
              'x-slack-signature': presented.signature,
            },
            body: presented.body,
          }),
        );
        if (!isAcceptedByBolt(presented)) expect(status).toBeGreaterThanOrEqual(400);
        counts[status === 202 ? 'accepted' : 'refused']++;
      }),
      { numRuns: 5000 },
    );
    expect(counts.accepted).toBeGreaterThan(20);
    expect(counts.refused).toBeGreaterThan(1000);
  });

  it('is accepted where bolt accepts it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.constantFrom(MESSAGE, REACTION), async (text, payload) => {
        const parts = sign({ ...payload, text }, SECRET);
        const { headers = {}, body = '' } = parts;
        const presented = {
          body: body.toString(),
          timestamp: headers['x-slack-request-timestamp'] ?? '',
          signature: headers['x-slack-signature'] ?? '',
          secret: SECRET,
        };
        expect(isAcceptedByBolt(presented)).toBe(true);
        expect((await takeIn(source, createRequest(parts))).status).toBe(202);
      }),
    );
  });
});

/** Signs a payload in the form that Slack sends: events as JSON, interactions within a form. */
function signed(payload: object, changes: readonly (readonly [number, unknown])[]): RequestParts {
  const body = edit(payload, changes);
  if ('event_id' in payload) return sign(body, SECRET);
  if ('command' in payload) return signForm(body as Record<string, string>, SECRET);
  return signForm({ payload: JSON.stringify(body) }, SECRET);
}

describe('a genuine payload with odd fields', () => {
  it('is accepted or refused with 400, whatever is missing or odd', async () => {
    const counts = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PAYLOADS), edits, async (payload, changes) => {
        const { status } = await takeIn(source, createRequest(signed(payload, changes)));
        expect([200, 202, 400]).toContain(status);
        counts[status < 300 ? 'accepted' : 'refused']++;
      }),
      { numRuns: 2000 },
    );
    expect(counts.accepted).toBeGreaterThan(500);
    expect(counts.refused).toBeGreaterThan(20);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

/** Noise, and forms, which are payloads of Slack's. */
const bodies: fc.Arbitrary<Buffer> = fc.oneof(
  { arbitrary: noise, weight: 5 },
  fc.json().map((json) => Buffer.from(`${new URLSearchParams({ payload: json })}`)),
  fc.webQueryParameters().map((query) => Buffer.from(query)),
);

const names = fc.constantFrom('content-type', 'x-slack-signature', 'x-slack-request-timestamp');
const headers = fc.dictionary(
  fc.oneof(names, fc.string()),
  fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('application/json', FORM, 'v0=00', '1'),
  ),
);

describe('any input', () => {
  it('that is not signed is refused', async () => {
    await fc.assert(
      fc.asyncProperty(headers, bodies, paths, async (given, body, path) => {
        const { status, messages } = await takeIn(
          source,
          createRequest({ headers: given, body, path }),
        );
        expect([401, 415]).toContain(status);
        expect(messages).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('that is signed is taken in so that dispatch can read it, or is refused', async () => {
    await fc.assert(
      fc.asyncProperty(headers, bodies, fc.boolean(), async (given, body, isForm) => {
        const signed = sign(body, SECRET, isForm ? FORM : undefined);
        const request = createRequest({ ...signed, headers: { ...given, ...signed.headers } });
        const { status } = await takeIn(source, request);
        expect([200, 202, 400]).toContain(status);
      }),
      { numRuns: 2000 },
    );
  });
});
