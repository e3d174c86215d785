import { z } from 'zod';
import { RejectedError } from '../../errors/errors.ts';
import { parseText } from '../body.ts';
import { type IsCredential, toKeyTest, withoutCredentials } from '../credentials.ts';
import { createForgedError, type Verification, verifyToken } from '../secret.ts';
import { SettingNameSchema } from '../settings.ts';
import { defineSource, type Outcome, type SourceContext, type WebhookRequest } from '../source.ts';
import { CertificateCache } from './certificates.ts';
import { type Envelope, parseEnvelope, UUID } from './envelope.ts';
import { cloudwatchKind } from './kind.ts';
import { toEvent } from './normalize.ts';
import { TopicArnSchema, toTopic } from './topic.ts';
import { checkSubscribeUrl, FORGED, verifyEnvelope } from './verify.ts';

/** A message has up to 256 KiB, and JSON may escape a byte as six. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** The answer to a confirmation is a short XML document, which is not read. */
const CONFIRM_LIMITS = { maxBytes: 64 * 1024, timeoutMs: 5000 };

/**
 * Of the envelope only the message is kept. Where that is itself an envelope of SNS, its links
 * subscribe or unsubscribe whoever follows them.
 */
const isLink = toKeyTest('SubscribeURL', 'UnsubscribeURL', 'Token', 'Signature');
const isCredential: IsCredential = (key, owner) => isLink(key, owner) && 'TopicArn' in owner;

const settings = z.strictObject({
  /** Topics that may deliver here. Anybody can subscribe this endpoint to a topic of their own. */
  topicArns: z.array(TopicArnSchema).min(1),
  /** Maximum age of a message: SNS retries for up to an hour. */
  toleranceSeconds: z.number().int().min(1).max(86_400).default(3600),
  /** Accepts raw deliveries, which are not signed: only a token in the query authenticates them. */
  rawDelivery: z
    .strictObject({
      /** The app setting that holds the token. */
      token: SettingNameSchema,
      queryParameter: z.string().min(1).max(64).default('token'),
    })
    .optional(),
});
type Settings = z.output<typeof settings>;

/**
 * CloudWatch alarms, and any other message of a topic, through Amazon SNS. The certificate proves
 * that SNS sent a message; the allow-list of topics proves that it was meant for this app. A
 * message keeps its id when SNS sends it again.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
 */
export const cloudwatch = defineSource({
  ...cloudwatchKind,
  settings,
  create(given, context) {
    const findTopic = createTopicLookup(given.topicArns);
    const certificates = new CertificateCache(context.fetchText);
    const { toleranceSeconds } = given;
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
        const options = { certificates, receivedAt: request.receivedAt, toleranceSeconds };
        await verifyEnvelope(envelope, findTopic(envelope.topicArn), options);
        return { verified: true };
      },
      async normalize(request): Promise<Outcome> {
        if (isRaw(request)) return { events: [toEvent(readRaw(request))] };
        const envelope = parseEnvelope(request.body);
        if (envelope.type === 'Notification') return { events: [toEvent(envelope)] };
        // The URL of an UnsubscribeConfirmation would subscribe again: it is never requested.
        if (envelope.type === 'SubscriptionConfirmation') {
          const url = checkSubscribeUrl(envelope, findTopic(envelope.topicArn));
          await context.fetchText(url, CONFIRM_LIMITS);
        }
        return { events: [], reply: { status: 200 } };
      },
      withoutCredentials: (event) => withoutCredentials(event, isCredential),
    };
  },
});

/** @throws {RejectedError} for a topic that is not on the list */
function createTopicLookup(arns: readonly string[]) {
  const topics = new Map(arns.map((arn) => [arn, toTopic(arn)]));
  return (arn: string) => {
    const topic = topics.get(arn);
    if (!topic) throw createForgedError(FORGED);
    return topic;
  };
}

function isRaw({ headers }: WebhookRequest): boolean {
  return headers.get('x-amz-sns-rawdelivery')?.trim().toLowerCase() === 'true';
}

/** Refuses a second token: parsers differ on which of two they use. */
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

/** SNS puts the fields of the envelope into headers; subject and time are lost. */
function readRaw(request: WebhookRequest): Pick<Envelope, 'id' | 'topicArn' | 'message'> {
  checkType(request, 'Notification');
  const id = request.headers.get('x-amz-sns-message-id') ?? '';
  if (!UUID.test(id)) throw createHeaderError('x-amz-sns-message-id');
  const topicArn = request.headers.get('x-amz-sns-topic-arn') ?? '';
  return { id, topicArn, message: parseText(request.body) };
}

/** The header is not signed, but a proxy may have routed by it, so it must match the body. */
function checkType({ headers }: WebhookRequest, type: Envelope['type']): void {
  if (headers.get('x-amz-sns-message-type') !== type) {
    throw createHeaderError('x-amz-sns-message-type');
  }
}

function createHeaderError(name: string): RejectedError {
  return new RejectedError('header_invalid', `The header ${name} is missing or wrong.`);
}
