import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webpubsub } from '../../../shared/heddle/sources/webpubsub/webpubsub.ts';
import { createRequest, createSourceOf } from '../../helpers/sources.ts';

const KEY = 'Zx9-Qv7-Kj5-primary';
const source = createSourceOf(webpubsub, {
  settings: { allowedOrigins: ['*'] },
  secrets: [KEY],
});

/** Creates the source's reply to a run's output, for an event of a type. */
async function toReplyOf(type: string) {
  const headers = {
    'content-type': 'application/json',
    'ce-type': `azure.webpubsub.${type}`,
    'ce-id': '1',
    'ce-connectionid': 'c1',
    'ce-signature': `sha256=${createHmac('sha256', KEY).update('c1').digest('hex')}`,
  };
  const { toReply } = await source.normalize(createRequest({ headers, body: '{}' }));
  return toReply;
}

const reply = async (type: string, webPubSub: unknown) =>
  (await toReplyOf(type))?.({ webPubSub, summary: 'anything else' });

describe('the output of a run', () => {
  it.each(['sys.connected', 'sys.disconnected', 'gp.joined'])(
    'is no answer to %s, for which the service does not wait',
    async (type) => {
      expect(await toReplyOf(type)).toBeUndefined();
    },
  );

  it('lets a client connect, as whom and with what', async () => {
    const json = { userId: 'u1', groups: ['g1'], roles: ['webpubsub.sendToGroup'] };
    expect(await reply('sys.connect', json)).toEqual({ status: 200, json });
    const all = { ...json, subprotocol: 'json.webpubsub.azure.v1' };
    expect(await reply('sys.connect', { ...all, states: { n: 1 } })).toEqual({
      status: 200,
      json: all,
      headers: { 'ce-connectionState': 'eyJuIjoxfQ==' },
    });
    expect(await reply('sys.connect', {})).toEqual({ status: 204 });
  });

  it.each(['sys.connect', 'user.message'])('refuses a client at %s', async (type) => {
    const refuse = { status: 403, message: 'Not today.' };
    const expected = { status: 403, text: 'Not today.' };
    expect(await reply(type, { refuse })).toEqual(expected);
    expect(await reply(type, { refuse, userId: 'u1', reply: 'hi' })).toEqual(expected);
    expect(await reply(type, { refuse: { status: 499 } })).toEqual({ status: 499 });
  });

  it.each([
    [{ reply: 'hi' }, { status: 200, text: 'hi' }],
    [{ reply: { a: [1] } }, { status: 200, json: { a: [1] } }],
    [{}, { status: 204 }],
    [{ states: { n: 1 } }, { status: 204, headers: { 'ce-connectionState': 'eyJuIjoxfQ==' } }],
  ])('%j answers what a client sent', async (webPubSub, expected) => {
    expect(await reply('user.message', webPubSub)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['sys.connect', { userId: '' }],
    ['sys.connect', { userId: 5 }],
    ['sys.connect', { subprotocol: '' }],
    ['sys.connect', { groups: 'g1' }],
    ['sys.connect', { groups: [1] }],
    ['sys.connect', { reply: 'hi' }],
    ['sys.connect', { refuse: { status: 500 } }],
    ['sys.connect', { refuse: { status: 302 } }],
    ['sys.connect', { refuse: true }],
    ['sys.connect', { refuse: { status: 403 } }.refuse],
    ['user.x', { userId: 'u1' }],
    ['user.x', { reply: 5 }],
    ['user.x', { reply: ['hi'] }],
    ['user.x', { reply: null }],
    ['user.x', { states: { big: 'x'.repeat(4096) } }],
    ['user.x', null],
    ['user.x', 'hi'],
  ])('for %s that is %j is no answer', async (type, webPubSub) => {
    expect(await reply(type, webPubSub)).toBeUndefined();
  });

  it('that is no JSON at all is no answer', async () => {
    for (const value of [5n, { reply: 5n }, undefined, () => 'hi', Symbol('hi')]) {
      expect(await reply('user.x', value)).toBeUndefined();
    }
  });

  it('whatever it is, gives an answer that the service understands, or none', async () => {
    const answers = { none: 0, some: 0 };
    const refuse = fc.oneof(
      fc.anything(),
      fc.record({ status: fc.oneof(fc.integer(), fc.integer({ min: 390, max: 510 })) }),
    );
    const webPubSub = fc.record(
      {
        userId: fc.oneof(fc.string(), fc.anything()),
        groups: fc.oneof(fc.array(fc.string()), fc.anything()),
        refuse,
        reply: fc.oneof(fc.string(), fc.anything()),
        states: fc.oneof(fc.object(), fc.anything()),
      },
      { requiredKeys: [] },
    );
    const output = fc.oneof(fc.anything(), fc.record({ webPubSub }));
    const circular: { webPubSub?: unknown } = {};
    circular.webPubSub = circular;
    const handlers = [await toReplyOf('sys.connect'), await toReplyOf('user.x')];
    for (const toReply of handlers) {
      expect(toReply?.(circular)).toBeUndefined();
      fc.assert(
        fc.property(output, (given) => {
          const answer = toReply?.(given);
          answers[answer ? 'some' : 'none']++;
          if (!answer) return;
          expect(answer.status).toSatisfy((status: number) => status >= 200 && status < 500);
          expect(answer.status).toSatisfy((status: number) => status < 300 || status >= 400);
          const { 'ce-connectionState': states = 'e30=' } = answer.headers ?? {};
          expect(JSON.parse(Buffer.from(states, 'base64').toString())).toBeTypeOf('object');
        }),
        { numRuns: 1500 },
      );
    }
    expect(answers.some).toBeGreaterThan(50);
    expect(answers.none).toBeGreaterThan(50);
  });
});
