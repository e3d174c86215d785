import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { webpubsub } from '../../../shared/heddle/sources/webpubsub/webpubsub.ts';
import { createRequest, createSourceOf, takeIn } from '../../helpers/sources.ts';

const KEY = 'an access key that is long enough';
const connectionId = 'connection-1';

async function connect(body: object) {
  const source = createSourceOf(webpubsub, { settings: { allowedOrigins: ['*'] }, secrets: [KEY] });
  const signature = createHmac('sha256', KEY).update(connectionId).digest('hex');
  const headers = {
    'webhook-request-origin': 'x.webpubsub.azure.com',
    ...{ 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/hubs/chat', 'ce-hub': 'chat' },
    ...{ 'ce-type': 'azure.webpubsub.sys.connect', 'ce-connectionid': connectionId },
    ...{ 'ce-signature': `sha256=${signature}`, 'content-type': 'application/json' },
  };
  const { messages } = await takeIn(source, createRequest({ headers, body: JSON.stringify(body) }));
  const [message] = messages;
  if (message?.kind !== 'event') throw new Error('the event was not taken in');
  return message.event.data;
}

describe('a connect event', () => {
  it('is kept without what lets the client in', async () => {
    const data = await connect({
      claims: { sub: ['ada'] },
      query: { access_token: ['a.b.c'], room: ['1'] },
      headers: { Authorization: ['Bearer a.b.c'], Cookie: ['s=1'], Origin: ['https://x'] },
    });
    expect(data).toEqual({
      claims: { sub: ['ada'] },
      query: { room: ['1'] },
      headers: { Origin: ['https://x'] },
    });
  });

  it('is kept as it is where it has nothing of the kind', async () => {
    const body = { query: { room: ['1'] }, headers: 'odd', claims: null };
    expect(await connect(body)).toEqual(body);
  });
});
