import { z } from 'zod';
import { RejectedError } from '../../errors/errors.ts';
import { createMalformedError, toMediaType } from '../body.ts';
import { answerHandshake, isAllowedOrigin } from '../cloudevents/handshake.ts';
import { toKeyTest, withoutCredentials } from '../credentials.ts';
import { readText } from '../read.ts';
import { defineSource, type Outcome, type Reply, type WebhookRequest } from '../source.ts';
import { eventgridKind } from './kind.ts';
import { toEvent } from './normalize.ts';
import { AuthSchema, createProof, type Proof } from './proof.ts';
import { type Delivered, MEDIA_TYPES, parseDelivery } from './schemas.ts';

/** Event Grid accepts 1 MB from publishers, and sends batches of up to 1,024 kB. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** Types of Event Grid's own events, with their names in the header `aeg-event-type`. */
const CONTROLS = new Map([
  ['Microsoft.EventGrid.SubscriptionValidationEvent', 'subscriptionvalidation'],
  ['Microsoft.EventGrid.SubscriptionDeletedEvent', 'subscriptiondeletion'],
]);

/**
 * The code and the link of a handshake, each of which confirms a subscription, where one comes among
 * other events; the `clientState` by which subscribers of Microsoft Graph recognize its changes, and
 * the tokens beside it. Events of other publishers are kept as they are.
 * @see https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema
 * @see https://learn.microsoft.com/graph/change-notifications-delivery-event-grid
 */
const isCredential = toKeyTest(
  ...['validationCode', 'validationUrl', 'clientState', 'validationTokens'],
);

const settings = z.strictObject({
  auth: AuthSchema.default({ kind: 'query', parameter: 'code' }),
  /** Resource ids of allowed topics, or allowed sources of CloudEvents. */
  topics: z.array(z.string().min(1)).min(1).optional(),
  subscriptionNames: z.array(z.string().min(1)).min(1).optional(),
  /**
   * Origins whose CloudEvents handshake is answered without the secret, for a secret in a header:
   * `eventgrid.azure.net`. They may only ask: their deliveries still need the secret.
   */
  allowedOrigins: z.array(z.string().min(1)).default([]),
});
type Settings = z.output<typeof settings>;

/**
 * Azure Event Grid, in its own schema and as CloudEvents. It signs nothing: a secret in the URL or
 * in a header, or a token of its application, authenticates deliveries and handshakes alike. The
 * `validationUrl` of a handshake is never requested: anybody who may post here could choose its target.
 * @see https://learn.microsoft.com/azure/event-grid/webhook-event-delivery
 * @see https://learn.microsoft.com/azure/event-grid/secure-webhook-delivery
 */
export const eventgrid = defineSource({
  ...eventgridKind,
  settings,
  create(given, context) {
    const { missing, prove } = createProof(given.auth, context);
    return {
      name: context.name,
      ...(missing ? { missing } : {}),
      maxBodyBytes: MAX_BODY_BYTES,
      mediaTypes: MEDIA_TYPES,
      handshake(request) {
        return request.method === 'OPTIONS' ? answer(request, given, prove) : undefined;
      },
      async verify(request) {
        const verification = await prove(request);
        const subscription = request.headers.get('aeg-subscription-name') ?? '';
        checkAllowed(subscription, given.subscriptionNames);
        return verification;
      },
      normalize: (request) => normalize(request, given),
      withoutCredentials: (event) =>
        event.type.startsWith('Microsoft.') ? withoutCredentials(event, isCredential) : event,
    };
  },
});

async function answer(
  request: WebhookRequest,
  given: Settings,
  prove: Proof['prove'],
): Promise<Reply | undefined> {
  const origin = request.headers.get('webhook-request-origin') ?? '';
  if (!isAllowedOrigin(origin, given.allowedOrigins)) await prove(request);
  // The answer's header repeats the origin.
  const isName = /^[A-Za-z0-9.:-]{1,253}$/.test(origin);
  return answerHandshake(request, { allowedOrigins: isName ? [origin] : [] });
}

function normalize(request: WebhookRequest, { topics }: Settings): Outcome {
  const mediaType = toMediaType(request.headers.get('content-type'));
  const delivered = parseDelivery(request.body, mediaType);
  for (const { topic } of delivered) checkAllowed(topic ?? '', topics);
  const [first] = delivered;
  const control = delivered.length === 1 && first && toControlReply(request, first);
  return control ? { events: [], reply: control } : { events: delivered.map(toEvent) };
}

/** Resource ids and subscription names ignore case: the header has the name in capitals. */
function checkAllowed(name: string, allowed: readonly string[] | undefined): void {
  if (!allowed) return;
  if (allowed.some((one) => one.toLowerCase() === name.toLowerCase())) return;
  const message = 'This topic or event subscription is not one of those that are allowed.';
  throw new RejectedError('sender_not_allowed', message);
}

/** A publisher may use these types for its own events, but only Event Grid sets the header. */
function toControlReply({ headers }: WebhookRequest, { type, data }: Delivered): Reply | undefined {
  const kind = CONTROLS.get(type);
  if (kind === undefined) return undefined;
  if ((headers.get('aeg-event-type') ?? kind).toLowerCase() !== kind) return undefined;
  if (kind === 'subscriptiondeletion') return { status: 200 };
  const validationResponse = readText(data, 'validationCode');
  if (!validationResponse) throw createMalformedError('The validation code is missing.');
  // Any other status, 202 included, fails the validation.
  return { status: 200, json: { validationResponse } };
}
