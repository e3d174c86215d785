import { createHmac } from 'node:crypto';
import { toStandardKey } from '../../sources/standardwebhooks/verify.ts';
import { CliError } from '../cli-error.ts';
import { type SampleOptions, type SampleRequest, toSampleTools } from './sample-request.ts';

const SETTING = 'STANDARD_WEBHOOK_SECRET';

const DATA: Readonly<Record<string, object>> = {
  'contact.created': { id: '1f81eb52-5198-4599-803e-771906343485', name: 'Jane Doe' },
  'invoice.paid': { id: 'inv_1', amount: 1000, currency: 'eur' },
  'user.deleted': { id: 'user_1' },
};

/**
 * Signs a message as the standard prescribes.
 * @returns a function that creates the message with a fresh id and the present timestamp
 * @throws {CliError} when there is no such example, or the secret is not set
 * @throws {ConfigError} when the secret is not base64
 */
export function createStandardWebhooksSample(
  type: string,
  readSetting: (name: string) => string,
  options?: SampleOptions,
): () => SampleRequest {
  const { now, createId, hasPayload, toPayload } = toSampleTools(options);
  const data = Object.hasOwn(DATA, type) ? DATA[type] : undefined;
  if (!data && !hasPayload) {
    const known = Object.keys(DATA).join(', ');
    throw new CliError(`There is no example of "${type}". Known types: ${known}`);
  }
  const key = toStandardKey(readSetting(SETTING), SETTING);
  return () => {
    const id = `msg_${createId().replaceAll('-', '')}`;
    const timestamp = Math.floor(now() / 1000);
    const sentAt = new Date(now()).toISOString();
    const body = JSON.stringify(toPayload(() => ({ type, timestamp: sentAt, data })));
    const signed = `${id}.${timestamp}.${body}`;
    const signature = createHmac('sha256', key).update(signed).digest('base64');
    return {
      path: 'webhooks/standardwebhooks',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': `${timestamp}`,
        'webhook-signature': `v1,${signature}`,
      },
      body,
    };
  };
}
