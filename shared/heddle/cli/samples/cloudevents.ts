import type { JsonObject } from '../../domain/json.ts';
import { CliError } from '../cli-error.ts';
import { type SampleOptions, type SampleRequest, toSampleTools } from './sample-request.ts';

const SETTING = 'CLOUDEVENTS_WEBHOOK_SECRET';

const examples: Readonly<Record<string, { source: string; subject: string; data: JsonObject }>> = {
  'com.example.order.created': {
    source: '/shop/orders',
    subject: 'order-1042',
    data: { orderId: 1042, total: 99.5, currency: 'EUR' },
  },
  'com.example.document.published': {
    source: '/cms/documents',
    subject: 'handbook',
    data: { documentId: 'handbook', version: 3, author: 'ada' },
  },
};

/**
 * Composes a CloudEvent in structured mode, with the secret as its bearer token.
 * @throws {CliError} when there is no such example
 */
export function createCloudEventsSample(
  type: string,
  readSetting: (name: string) => string,
  options?: SampleOptions,
): () => SampleRequest {
  const { now, createId, hasPayload, toPayload } = toSampleTools(options);
  const example = Object.hasOwn(examples, type) ? examples[type] : undefined;
  if (!example && !hasPayload) {
    const known = Object.keys(examples).join(', ');
    throw new CliError(`There is no CloudEvent of type "${type}". Known types: ${known}`);
  }
  const headers = {
    'content-type': 'application/cloudevents+json',
    authorization: `Bearer ${readSetting(SETTING)}`,
  };
  return () => {
    const attributes = { specversion: '1.0', id: createId(), type, ...example };
    const event = toPayload(() => ({ ...attributes, time: new Date(now()).toISOString() }));
    return { path: 'webhooks/cloudevents', headers, body: JSON.stringify(event) };
  };
}
