import { createHmac, randomUUID } from 'node:crypto';
import type { JsonObject } from '../../domain/json.ts';
import { CliError } from '../cli-error.ts';
import type { SampleRequest } from './sample-request.ts';

/** The id that the source needs under `subscriptions`, and the setting with its secret. */
const SUBSCRIPTION = 'sub_example';
const SETTING = 'MCP_WEBHOOK_SECRET';

const incident = { incidentId: 'INC-1234', title: 'Database pool exhausted', severity: 'P1' };

const examples: Readonly<Record<string, (id: string) => JsonObject>> = {
  'incident.created': (eventId) => toDelivery(eventId, 'incident.created', incident),
  'incident.resolved': (eventId) => toDelivery(eventId, 'incident.resolved', incident),
  'control.gap': () => ({ type: 'gap', cursor: 'cursor_fresh' }),
  'control.terminated': () => ({
    type: 'terminated',
    error: { code: -32012, message: 'Forbidden' },
  }),
};

/**
 * Composes a delivery of the draft Events extension, signed as Standard Webhooks prescribes.
 * @throws {CliError} when there is no such example
 */
export function createMcpSample(
  type: string,
  readSetting: (name: string) => string,
): () => SampleRequest {
  const example = Object.hasOwn(examples, type) ? examples[type] : undefined;
  if (!example) {
    const known = Object.keys(examples).join(', ');
    throw new CliError(`MCP has no example of "${type}". Known types: ${known}`);
  }
  const key = Buffer.from(readSetting(SETTING).replace(/^whsec_/, ''), 'base64');
  return () => {
    const id = `evt_${randomUUID()}`;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const body = JSON.stringify(example(id));
    const signed = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`);
    return {
      path: 'webhooks/mcp',
      headers: {
        'content-type': 'application/json',
        'x-mcp-subscription-id': SUBSCRIPTION,
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signed.digest('base64')}`,
      },
      body,
    };
  };
}

function toDelivery(eventId: string, name: string, data: JsonObject): JsonObject {
  return { eventId, name, timestamp: new Date().toISOString(), data, cursor: 'cursor_example' };
}
