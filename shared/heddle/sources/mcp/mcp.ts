import { z } from 'zod';
import { MAX_TYPE_CHARS } from '../../domain/names.ts';
import { RejectedError, RetryableError } from '../../errors/errors.ts';
import { HmacKeys } from '../hmac.ts';
import { SettingNameSchema } from '../settings.ts';
import { defineSource, type WebhookRequest } from '../source.ts';
import { toStandardKey, verifyStandardWebhook } from '../standardwebhooks/verify.ts';
import { mcpKind } from './kind.ts';
import { normalizeMcp } from './normalize.ts';

/** An event is a notification; large data is read from the server. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Header of every request. The id selects the key, and nothing else before verification. */
const HEADER = 'x-mcp-subscription-id';

/** Events of names that begin with `control.` are Heddle's own. */
const EVENT_NAME = /^(?!control\.)\S(?:.*\S)?$/;

const SubscriptionSchema = z.strictObject({
  /** App setting with the secret given when subscribing: `whsec_…`. */
  secret: SettingNameSchema,
  /** Second secret, accepted during rotation. */
  secret2: SettingNameSchema.optional(),
  /** The event's name: `incident.created`. */
  name: z.string().max(MAX_TYPE_CHARS).regex(EVENT_NAME, 'expected the name of an event'),
});

interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly keys: HmacKeys;
}

/**
 * Events of MCP servers, delivered as in the draft Events extension: Standard Webhooks, with the
 * subscription's id in a header and a secret for each subscription.
 * @see https://github.com/modelcontextprotocol/experimental-ext-triggers-events
 */
export const mcp = defineSource({
  ...mcpKind,
  settings: z.strictObject({
    /** Subscriptions by the ids that the servers assigned. */
    subscriptions: z
      .record(z.string().regex(/^[!-~]{1,200}$/, 'expected an id'), SubscriptionSchema)
      .refine((all) => Object.keys(all).length > 0, 'expected at least one subscription'),
  }),
  create({ subscriptions }, { name, readSecret }) {
    const known = new Map<string, Subscription>();
    for (const [id, { secret, secret2, name: event }] of Object.entries(subscriptions)) {
      const secrets = [secret, ...(secret2 === undefined ? [] : [secret2])].map(readSecret);
      known.set(id, { id, name: event, keys: new HmacKeys(secrets, { toKey: toStandardKey }) });
    }
    return {
      name,
      maxBodyBytes: MAX_BODY_BYTES,
      mediaTypes: ['application/json'],
      verify(request) {
        const { keys } = findSubscription(request, known);
        return verifyStandardWebhook(keys, withoutSvix(request)).verification;
      },
      normalize: (request) => {
        const { id, name } = findSubscription(request, known);
        return normalizeMcp(request, { id, name, isOnly: known.size === 1 });
      },
    };
  },
});

/**
 * A server may deliver before its subscription is in the triggers file, so an unknown one is
 * retryable.
 * @throws {RetryableError} when the subscription is not known
 */
function findSubscription(
  { headers }: WebhookRequest,
  known: ReadonlyMap<string, Subscription>,
): Subscription {
  const id = headers.get(HEADER);
  if (!id) throw new RejectedError('header_invalid', `The header ${HEADER} is missing.`);
  const subscription = known.get(id);
  if (subscription) return subscription;
  throw new RetryableError('subscription_unknown', 'The MCP subscription is not configured.');
}

/** Hides `svix-` headers, so that the `webhook-id` that is read is the one that is signed. */
function withoutSvix(request: WebhookRequest): WebhookRequest {
  const get = (name: string) => (name.startsWith('svix-') ? null : request.headers.get(name));
  return { ...request, headers: { get, keys: () => request.headers.keys() } };
}
