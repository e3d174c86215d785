import { z } from 'zod';
import { RejectedError } from '../../errors/errors.ts';
import { parseText } from '../body.ts';
import { createForgedError, type Verification, verifyToken } from '../secret.ts';
import { SettingNameSchema } from '../settings.ts';
import { defineSource, type Outcome, type SourceContext, type WebhookRequest } from '../source.ts';
import { CertificateCache } from './certificates.ts';
import { type Envelope, parseEnvelope, UUID } from './envelope.ts';
import { toEvent } from './normalize.ts';
import { TopicArnSchema, toTopic } from './topic.ts';
import { checkSubscribeUrl, FORGED, verifyEnvelope } from './verify.ts';

/** A message has up to 256 KiB, and up to six bytes for one where JSON escapes it. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** The answer to a confirmation is a short XML document that nobody reads. */
const CONFIRM_LIMITS = { maxBytes: 64 * 1024, timeoutMs: 5000 };

const settings = z.strictObject({
  /** Topics that may deliver here: anybody can subscribe this endpoint to a topic of their own. */
  topicArns: z.array(TopicArnSchema).min(1),
  /** How old a message may be: SNS tries for up to an hour. */
  toleranceSeconds: z.number().int().min(1).max(86_400).default(3600),
  /** Takes raw deliveries too. They are not signed: a token in the query is all that proves them. */
  rawDelivery: z
    .strictObject({
      /** The app setting with the token. */
      token: SettingNameSchema,
      queryParameter: z.string().min(1).max(64).default('token'),
    })
    .optional(),
});
type Settings = z.output<typeof settings>;

/**
 * CloudWatch alarms, and whatever else a topic carries, through Amazon SNS. Its certificate proves
 * that SNS sent a message, the allow-list of topics that it was meant for us. A message keeps its
 * id when SNS sends it again.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
 */
export const cloudwatch = defineSource({
  kind: 'cloudwatch',
  methods: ['POST'],
  settings,
  defaultSecrets: [],
  create(given, context) {
    const topics = new Map(given.topicArns.map((arn) => [arn, toTopic(arn)]));
    const certificates = new CertificateCache(context.fetchText);
    const { toleranceSeconds } = given;

    function findTopic(arn: string) {
      const topic = topics.get(arn);
      if (!topic) throw createForgedError(FORGED);
      return topic;
    }

    async function confirm(envelope: Envelope): Promise<void> {
      const url = checkSubscribeUrl(envelope, findTopic(envelope.topicArn));
      await context.fetchText(url, CONFIRM_LIMITS);
    }

    return {
      name: context.name,
      maxBodyBytes: MAX_BODY_BYTES,
      async verify(request) {
        if (isRaw(request)) {
          const verification = verifyRaw(request, given, context);
          findTopic(request.headers.get('x-amz-sns-topic-arn') ?? '');
          return verification;
        }
        const envelope = parseEnvelope(request.body);
        checkType(request, envelope.type);
        const { receivedAt } = request;
        const options = { certificates, receivedAt, toleranceSeconds };
        await verifyEnvelope(envelope, findTopic(envelope.topicArn), options);
        return { verified: true };
      },
      async normalize(request): Promise<Outcome> {
        if (isRaw(request)) return { events: [toEvent(readRaw(request))] };
        const envelope = parseEnvelope(request.body);
        if (envelope.type === 'Notification') return { events: [toEvent(envelope)] };
        // The URL of an UnsubscribeConfirmation subscribes again: it is never visited.
        if (envelope.type === 'SubscriptionConfirmation') await confirm(envelope);
        return { events: [], reply: { status: 200 } };
      },
    };
  },
});

function isRaw({ headers }: WebhookRequest): boolean {
  return headers.get('x-amz-sns-rawdelivery')?.trim().toLowerCase() === 'true';
}

/** Parsers differ on which of two tokens they take, so there may be but one. */
function verifyRaw(
  { query }: WebhookRequest,
  { rawDelivery }: Settings,
  { readSecret }: SourceContext,
): Verification {
  if (!rawDelivery) throw createForgedError(FORGED);
  const [token, ...more] = query.getAll(rawDelivery.queryParameter);
  const presented = more.length === 0 ? token : undefined;
  return verifyToken(presented, [readSecret(rawDelivery.token)], FORGED);
}

/** What SNS otherwise puts into the envelope, it puts into headers; a subject and time it drops. */
function readRaw(request: WebhookRequest): Pick<Envelope, 'id' | 'topicArn' | 'message'> {
  checkType(request, 'Notification');
  const id = request.headers.get('x-amz-sns-message-id') ?? '';
  if (!UUID.test(id)) throw createHeaderError('x-amz-sns-message-id');
  const topicArn = request.headers.get('x-amz-sns-topic-arn') ?? '';
  return { id, topicArn, message: parseText(request.body) };
}

/** The header is not signed. What stands before us may have gone by it, so it must be right. */
function checkType({ headers }: WebhookRequest, type: Envelope['type']): void {
  if (headers.get('x-amz-sns-message-type') !== type) {
    throw createHeaderError('x-amz-sns-message-type');
  }
}

function createHeaderError(name: string): RejectedError {
  return new RejectedError(400, 'header_invalid', `The header ${name} is missing or wrong.`);
}
