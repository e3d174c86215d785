import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../domain/json.ts';
import { CliError } from '../cli-error.ts';
import { type SampleOptions, type SampleRequest, toSampleTools } from './sample-request.ts';

/** The id that the source needs under `subscriptions`, and the setting with its secret. */
const SUBSCRIPTION = 'sub_example';
const SETTING = 'MCP_WEBHOOK_SECRET';

const incident = { incidentId: 'INC-1234', title: 'Database pool exhausted', severity: 'P1' };

const examples: Readonly<Record<string, (id: string, now: number) => JsonObject>> = {
  'incident.created': (eventId, now) => toDelivery(eventId, now, 'incident.created'),
  'incident.resolved': (eventId, now) => toDelivery(eventId, now, 'incident.resolved'),
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
  options?: SampleOptions,
): () => SampleRequest {
  const { now, createId, hasPayload, toPayload } = toSampleTools(options);
  const example = Object.hasOwn(examples, type) ? examples[type] : undefined;
  if (!example && !hasPayload) {
    const known = Object.keys(examples).join(', ');
    throw new CliError(`MCP has no example of "${type}". Known types: ${known}`);
  }
  const key = Buffer.from(readSetting(SETTING).replace(/^whsec_/, ''), 'base64');
  return () => {
    const id = `evt_${createId()}`;
    const timestamp = String(Math.floor(now() / 1000));
    const body = JSON.stringify(toPayload(() => example?.(id, now()) ?? {}));
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

function toDelivery(eventId: string, now: number, name: string): JsonObject {
  const timestamp = new Date(now).toISOString();
  return { eventId, name, timestamp, data: incident, cursor: 'cursor_example' };
}
