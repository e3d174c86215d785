import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';

/** Messages in SNS's format, signed with a key and certificate of our own. */

export const NOW = Date.UTC(2026, 10, 30, 12);
export const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
export const OTHER_TOPIC = 'arn:aws:sns:us-east-1:123456789012:other';
export const HOST = 'https://sns.us-east-1.amazonaws.com';
export const TOKEN = '2336412f37fb687f5d51e6e2425929f5';
export const SUBSCRIBE = `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=${TOKEN}`;

export const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const toUrl = (number = 0, host = HOST) =>
  `${host}/SimpleNotificationService-${number.toString(16).padStart(32, '0')}.pem`;

export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

export const hex = (text: string) => Buffer.from(text, 'hex');
const toUtc = (time: number) =>
  `${new Date(time).toISOString().slice(2, 19).replaceAll(/[-T:]/g, '')}Z`;

export interface CertificateParts {
  readonly name?: string;
  readonly from?: number;
  readonly to?: number;
  readonly key?: KeyObject;
}

/** Creates a certificate per RFC 5280 with one DNS name. Nobody checks its issuer. */
export function createCertificate(parts: CertificateParts = {}): string {
  const { name = 'sns.amazonaws.com', from = NOW - 1e9, to = NOW + 1e9, key = publicKey } = parts;
  const algorithm = der(0x30, hex('06092a864886f70d01010b0500'));
  const text = (tag: number, value: string) => der(tag, Buffer.from(value));
  const issuer = der(0x30, der(0x31, der(0x30, hex('0603550403'), text(0x0c, name))));
  const names = der(0x30, hex('0603551d11'), der(0x04, der(0x30, text(0x82, name))));
  const signed = der(
    0x30,
    hex('a003020102020101'),
    algorithm,
    issuer,
    der(0x30, text(0x17, toUtc(from)), text(0x17, toUtc(to))),
    issuer,
    key.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, names)),
  );
  const signature = der(0x03, hex('00'), sign('RSA-SHA256', signed, privateKey));
  const base64 = der(0x30, signed, algorithm, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

export type Fields = Readonly<Record<string, unknown>>;

export function toSignedText(fields: Fields): string {
  const keys =
    fields.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const present = keys.filter((key) => fields[key] !== undefined);
  return present.map((key) => `${key}\n${toText(fields[key])}\n`).join('');
}

/** Converts other values to text, as SNS signs only texts. */
function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function signFields(changed: Fields = {}, key = privateKey): Fields {
  const fields: Fields = {
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn: TOPIC,
    Message: '{"AlarmName":"cpu-high","NewStateValue":"ALARM"}',
    Timestamp: new Date(NOW).toISOString(),
    SignatureVersion: '2',
    SigningCertURL: toUrl(),
    ...changed,
  };
  const algorithm = fields.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  const signature = sign(algorithm, Buffer.from(toSignedText(fields)), key);
  return { ...fields, Signature: signature.toString('base64') };
}

export const confirmation = (changed: Fields = {}) =>
  signFields({
    Type: 'SubscriptionConfirmation',
    Message: 'You have chosen to subscribe.\nVisit the SubscribeURL.',
    Token: TOKEN,
    SubscribeURL: SUBSCRIBE,
    ...changed,
  });
