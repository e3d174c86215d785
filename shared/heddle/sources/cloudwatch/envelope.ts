import type { Json, JsonObject } from '../../domain/json.ts';
import { createMalformedError, parseJsonObject, parseText } from '../body.ts';
import { readText, toTime } from '../read.ts';

/** An SNS message over HTTP, without its unsigned parts (UnsubscribeURL, attributes). */
export interface Envelope {
  readonly type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly id: string;
  readonly topicArn: string;
  readonly message: string;
  readonly subject: string | undefined;
  /** `2026-03-06T20:00:26.893Z` */
  readonly time: string;
  /** Only in the two confirmations. */
  readonly subscribeUrl: string | undefined;
  readonly token: string | undefined;
  /** The text that the signature covers. */
  readonly signedText: string;
  readonly signatureVersion: string | undefined;
  readonly signature: string | undefined;
  readonly certificateUrl: string | undefined;
}

const CONFIRMATION = [
  'Message',
  'MessageId',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
] as const;

/**
 * Signed keys, in this order.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
 */
const SIGNED_KEYS = new Map<string, readonly string[]>([
  ['Notification', ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']],
  ['SubscriptionConfirmation', CONFIRMATION],
  ['UnsubscribeConfirmation', CONFIRMATION],
]);

export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws {RejectedError} 400 unless every signed value is present and well-formed */
export function parseEnvelope(body: Buffer): Envelope {
  const json = parseJsonObject(parseText(body));
  const type = readText(json, 'Type') ?? '';
  const keys = SIGNED_KEYS.get(type);
  if (!keys) throw createMalformedError('The Type is missing or unknown.');
  const signed = readSigned(json, keys);
  const { MessageId: id = '', Message: message = '', TopicArn: topicArn = '' } = signed;
  const time = toTime(signed.Timestamp);
  if (!UUID.test(id)) throw createMalformedError('The MessageId is not a UUID.');
  if (time === undefined) throw createMalformedError('The Timestamp is not a time.');
  return {
    type: type as Envelope['type'],
    id,
    topicArn,
    message,
    time,
    subject: signed.Subject,
    subscribeUrl: signed.SubscribeURL,
    token: signed.Token,
    signedText: Object.entries(signed)
      .map(([key, value]) => `${key}\n${value}\n`)
      .join(''),
    signatureVersion: readText(json, 'SignatureVersion'),
    signature: readText(json, 'Signature'),
    certificateUrl: readText(json, 'SigningCertURL'),
  };
}

function readSigned(
  json: JsonObject,
  keys: readonly string[],
): Readonly<Partial<Record<string, string>>> {
  const signed: Record<string, string> = {};
  for (const key of keys) {
    const value = Object.hasOwn(json, key) ? json[key] : undefined;
    if (key === 'Subject' && (value === undefined || value === null)) continue;
    if (!isSignable(key, value)) throw createMalformedError(`${key} is missing or malformed.`);
    signed[key] = value;
  }
  return signed;
}

/**
 * The signed text is a sequence of `key\nvalue\n`, so a line break within a value would let one
 * signature stand for several messages: a part of Message could pass for the MessageId. Only
 * Message may have line breaks; the keys after it can be found from the end. A lone surrogate is
 * refused because it would be signed as U+FFFD, the same as other texts.
 */
function isSignable(key: string, value: Json | undefined): value is string {
  if (typeof value !== 'string' || !value.isWellFormed()) return false;
  return key === 'Message' || !/[\r\n]/.test(value);
}
