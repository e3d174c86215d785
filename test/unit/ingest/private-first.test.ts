import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSlackSample } from '../../../shared/heddle/cli/samples/slack.ts';
import { ingest } from '../../../shared/heddle/pipeline/ingest/ingest.ts';
import { createCustomKind } from '../../../shared/heddle/sources/custom/custom.ts';
import { defineEndpoint, type Endpoint } from '../../../shared/heddle/sources/custom/endpoint.ts';
import { createPayloadCheck } from '../../../shared/heddle/sources/payload-schema.ts';
import { createRedaction } from '../../../shared/heddle/sources/redaction.ts';
import { slack } from '../../../shared/heddle/sources/slack/slack.ts';
import { createCollectingQueue, createRequest, createSourceOf } from '../../helpers/sources.ts';

const EMAIL = 'Ada.Lovelace@example.org';
const SENT = { id: 7, customer: { email: EMAIL, pin: 4711, name: 'Ada' }, note: `for ${EMAIL}` };

/** Takes in an order by an endpoint in code. @returns what is queued, and its text */
async function take(endpoint: Endpoint, redact: readonly string[], schema = {}) {
  const source = createSourceOf(createCustomKind({ custom: endpoint }), {
    settings: { auth: { kind: 'none' }, requireVerification: false, idPath: 'id' },
  });
  const queue = createCollectingQueue();
  const headers = { 'content-type': 'application/json' };
  const request = createRequest({ headers, body: JSON.stringify(SENT) });
  const guards = { redact: createRedaction(redact), check: createPayloadCheck(schema) };
  const { reply } = await ingest(source, request, queue, guards);
  const [message] = queue.messages();
  const data = message?.kind === 'event' ? message.event.data : undefined;
  return { reply, data, text: JSON.stringify(queue.sent) };
}

const REDACT = ['customer.email', 'customer.pin'];

describe('what is redacted', () => {
  it('is redacted before the transform, whatever that makes of it', async () => {
    const transform: Endpoint<z.ZodType<typeof SENT>>['transform'] = ({ data }) => ({
      mail: data.customer.email.toLowerCase(),
      domain: data.customer.email.split('@')[1] ?? 'none',
      hash: createHash('sha256').update(data.customer.email).digest('hex'),
      pin: `${data.customer.pin}`,
      nested: [{ data }],
    });
    const { data, text } = await take(defineEndpoint({ transform } as Endpoint), REDACT);
    expect(text).not.toMatch(/ada\.lovelace|@example|4711/i);
    expect(text).not.toContain(createHash('sha256').update(EMAIL).digest('hex'));
    expect(data).toMatchObject({ mail: '[redacted]', domain: 'none', pin: '[redacted]' });
  });

  it('is redacted in what the schema makes of it under another name', async () => {
    const endpoint = defineEndpoint({
      schema: z
        .object({ customer: z.object({ email: z.email(), pin: z.number() }) })
        .transform(({ customer: { email, pin } }) => ({
          to: email.toLowerCase(),
          line: `mail ${email.toUpperCase()} soon`,
          pin,
          at: new Date(0),
        })),
      transform: ({ data }) => data,
    });
    const { data, text } = await take(endpoint, REDACT);
    expect(text).not.toMatch(/ada\.lovelace|@example|4711/i);
    expect(data).toEqual({
      ...{ to: '[redacted]', line: 'mail [redacted] soon', pin: '[redacted]' },
      at: '1970-01-01T00:00:00.000Z',
    });
  });

  it('is redacted in what the transform makes, also by a path of its own', async () => {
    const transform = () => ({ made: { secret: 'from elsewhere', kept: 1 } });
    const { data } = await take(defineEndpoint({ transform }), ['made.secret']);
    expect(data).toEqual({ made: { secret: '[redacted]', kept: 1 } });
  });

  it('is seen by the schemas and the filter as it was sent', async () => {
    const seen: unknown[] = [];
    const endpoint = defineEndpoint({
      schema: z.object({ customer: z.object({ email: z.email(), pin: z.number() }) }),
      filter: ({ data }) => {
        seen.push(data.customer);
        return data.customer.email.endsWith('@example.org');
      },
      transform: () => ({ isTransformed: true }),
    });
    const schema = {
      required: ['customer', 'note'],
      properties: { customer: { properties: { pin: { type: 'integer' } } } },
    };
    const { data, text } = await take(endpoint, REDACT, schema);
    expect(seen).toEqual([{ email: EMAIL, pin: 4711 }]);
    expect(data).toEqual({ isTransformed: true });
    expect(text).not.toMatch(/lovelace|4711/i);
  });

  it('is not in an event that only a filter has seen', async () => {
    const { data } = await take(defineEndpoint({ filter: () => true }), REDACT);
    expect(data).toMatchObject({
      customer: { email: '[redacted]', pin: '[redacted]', name: 'Ada' },
    });
    const dropped = await take(defineEndpoint({ filter: () => false }), REDACT);
    expect(dropped).toMatchObject({ reply: { status: 202, json: { filtered: true } }, text: '[]' });
  });
});

describe("a source's schema", () => {
  it('sees the credentials of a body, which are then removed', async () => {
    const source = createSourceOf(slack, { secrets: ['k-slack'] });
    const payload = { token: 'verif-tok', command: '/x', text: '', trigger_id: 't-1' };
    const { headers, body } = createSlackSample('slash_command', () => 'k-slack', { payload })();
    const queue = createCollectingQueue();
    const check = createPayloadCheck({ required: ['token', 'command'] });
    await ingest(source, createRequest({ headers, body }), queue, { check });
    expect(JSON.stringify(queue.sent)).not.toContain('verif-tok');
    expect(queue.messages()).toMatchObject([{ event: { data: { command: '/x' } } }]);
  });
});
