import { describe, expect, it } from 'vitest';
import { createWebPubSubSample } from '../../../shared/heddle/cli/samples/webpubsub.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { webpubsub } from '../../../shared/heddle/sources/webpubsub/webpubsub.ts';
import { createRequest, createSourceOf, takeIn } from '../../helpers/sources.ts';

const KEY = 'Zx9-Qv7-Kj5-primary';
const KEY_2 = 'Zx9-Qv7-Kj5-secondary';
const ORIGIN = 'my.webpubsub.azure.com';

const create = (settings: JsonObject = {}, secrets: readonly string[] = [KEY, KEY_2]) =>
  createSourceOf(webpubsub, {
    settings: { allowedOrigins: [ORIGIN], ...settings },
    secrets,
    env: { CODE: 'the-code', BLANK: ' ' },
  });

describe('the sample', () => {
  const types = ['sys.connect', 'sys.connected', 'sys.disconnected', 'user.message', 'user.vote'];
  it.each(types)('of %s is accepted, each time as another event', async (type) => {
    const sample = createWebPubSubSample(type, () => KEY);
    const source = create({ allowedOrigins: ['*'], hub: 'chat' });
    const ids = [];
    for (const one of [sample(), sample()]) {
      const { messages } = await takeIn(source, createRequest(one));
      expect(messages).toMatchObject([{ event: { type, verified: true } }]);
      ids.push(messages.map((message) => message.kind === 'event' && message.event.id).join());
    }
    expect(new Set(ids).size).toBe(2);
  });

  it('of another type is answered with the known ones', () => {
    expect(() => createWebPubSubSample('x', () => KEY)).toThrow('sys.connect');
  });
});
