import { createHmac, randomUUID } from 'node:crypto';
import { CliError } from '../cli-error.ts';
import type { SampleRequest } from './sample-request.ts';

const TYPES = ['received'];

/** Name of the source, app setting and header that the example goes with. */
const SOURCE = 'custom';
const SETTING = 'CUSTOM_WEBHOOK_SECRET';

/**
 * An order for a source that is configured as
 * `custom: { secrets: [CUSTOM_WEBHOOK_SECRET], auth: { kind: hmac, header: X-Signature } }`.
 * @param type `received`, which events have where the configuration does not say where the type is
 * @returns a function that makes the delivery again under a fresh id
 * @throws {CliError} when there is no such example
 */
export function createCustomSample(
  type: string,
  readSetting: (name: string) => string,
): () => SampleRequest {
  if (!TYPES.includes(type)) {
    throw new CliError(`There is no example of "${type}". Known types: ${TYPES.join(', ')}`);
  }
  const secret = readSetting(SETTING);
  return () => {
    const id = randomUUID();
    const body = JSON.stringify({ order: { id, total: 129.9, currency: 'EUR' } });
    return {
      path: `webhooks/custom/${SOURCE}`,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'x-signature': createHmac('sha256', secret).update(body).digest('hex'),
      },
      body,
    };
  };
}
