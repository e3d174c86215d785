import { createHmac } from 'node:crypto';
import { CliError } from '../cli-error.ts';
import { type SampleOptions, type SampleRequest, toSampleTools } from './sample-request.ts';

const TYPES = ['received'];

/** The source name, app setting and header of the example. */
const SOURCE = 'custom';
const SETTING = 'CUSTOM_WEBHOOK_SECRET';

/**
 * Composes an order for a source with the configuration `custom: { secrets:
 * [CUSTOM_WEBHOOK_SECRET], auth: { kind: hmac, header: X-Signature } }`.
 * @param type `received`, the type of events whose configuration names none
 * @returns a function that creates the delivery under a fresh id
 * @throws {CliError} when there is no such example
 */
export function createCustomSample(
  type: string,
  readSetting: (name: string) => string,
  options?: SampleOptions,
): () => SampleRequest {
  const { createId, toPayload } = toSampleTools(options);
  if (!TYPES.includes(type)) {
    throw new CliError(`There is no example of "${type}". Known types: ${TYPES.join(', ')}`);
  }
  const secret = readSetting(SETTING);
  return () => {
    const id = createId();
    const order = { id, total: 129.9, currency: 'EUR' };
    const body = JSON.stringify(toPayload(() => ({ order })));
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
