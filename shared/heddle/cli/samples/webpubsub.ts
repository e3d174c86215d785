import { createHmac } from 'node:crypto';
import { CliError } from '../cli-error.ts';
import {
  type SampleOptions,
  type SampleRequest,
  type SampleTools,
  toSampleTools,
} from './sample-request.ts';

const SETTING = 'WEBPUBSUB_ACCESS_KEY';

/** Values that the source's `allowedOrigins` and `hub` must allow. */
const ORIGIN = 'heddle.webpubsub.azure.com';
const HUB = 'chat';

const JSON_TYPE = 'application/json; charset=utf-8';

const examples: Readonly<Record<string, Content>> = {
  'sys.connect': {
    contentType: JSON_TYPE,
    body: '{"claims":{"sub":["ada"]},"query":{},"headers":{},"subprotocols":["json.webpubsub.azure.v1"],"clientCertificates":[]}',
  },
  'sys.connected': { contentType: JSON_TYPE, body: '{}' },
  'sys.disconnected': { contentType: JSON_TYPE, body: '{"reason":"client closed"}' },
  'user.message': { contentType: 'text/plain', body: 'Hello from heddle-send' },
  'user.vote': { contentType: JSON_TYPE, body: '{"poll":"lunch","choice":"soup"}' },
};

/**
 * Composes an event of a fresh connection, signed with the access key.
 * @throws {CliError} when there is no such example
 */
export function createWebPubSubSample(
  type: string,
  readSetting: (name: string) => string,
  options: SampleOptions = {},
): () => SampleRequest {
  const tools = toSampleTools(options);
  const example = Object.hasOwn(examples, type) ? examples[type] : undefined;
  if (!example) {
    const known = Object.keys(examples).join(', ');
    throw new CliError(`Web PubSub has no example of "${type}". Known types: ${known}`);
  }
  const key = readSetting(SETTING);
  const { contentType, body } = toContent(example, options);
  return () => {
    const connectionId = tools.createId().replaceAll('-', '');
    return {
      path: 'webhooks/webpubsub',
      headers: {
        'content-type': contentType,
        'ce-signature': `sha256=${createHmac('sha256', key).update(connectionId).digest('hex')}`,
        ...toHeaders(type, connectionId, tools),
      },
      body,
    };
  };
}

interface Content {
  readonly contentType: string;
  readonly body: string;
}

function toContent(example: Content, { payload }: SampleOptions): Content {
  if (payload === undefined) return example;
  const given = typeof payload === 'function' ? payload(toData(example) as never) : payload;
  return { contentType: JSON_TYPE, body: JSON.stringify(given) };
}

function toData({ contentType, body }: Content): object {
  return contentType === JSON_TYPE ? JSON.parse(body) : { text: body };
}

function toHeaders(
  type: string,
  connectionId: string,
  { now, createId }: SampleTools,
): Readonly<Record<string, string>> {
  return {
    'webhook-request-origin': ORIGIN,
    'ce-awpsversion': '1.0',
    'ce-specversion': '1.0',
    'ce-type': `azure.webpubsub.${type}`,
    'ce-source': `/hubs/${HUB}/client/${connectionId}`,
    'ce-id': createId(),
    'ce-time': new Date(now()).toISOString(),
    'ce-userid': 'ada',
    'ce-connectionid': connectionId,
    'ce-hub': HUB,
    'ce-eventname': type.slice(type.indexOf('.') + 1),
  };
}
