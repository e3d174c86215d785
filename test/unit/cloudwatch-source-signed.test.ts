import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/domain/json.ts';
import { RetryableError } from '../../shared/errors.ts';
import { cloudwatch } from '../../shared/sources/cloudwatch/cloudwatch.ts';
import type { Source } from '../../shared/sources/source.ts';
import { createRequest, createSourceOf, takeIn } from '../helpers/sources.ts';

const NOW = Date.UTC(2026, 10, 30, 12);
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const OTHER_TOPIC = 'arn:aws:sns:us-east-1:123456789012:other';
const HOST = 'https://sns.us-east-1.amazonaws.com';
const TOKEN = '2336412f37fb687f5d51e6e2425929f5';
const SUBSCRIBE = `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=${TOKEN}`;

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const toUrl = (number = 0, host = HOST) =>
  `${host}/SimpleNotificationService-${number.toString(16).padStart(32, '0')}.pem`;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const hex = (text: string) => Buffer.from(text, 'hex');
const toUtc = (time: number) =>
  `${new Date(time).toISOString().slice(2, 19).replaceAll(/[-T:]/g, '')}Z`;

interface CertificateParts {
  readonly name?: string;
  readonly from?: number;
  readonly to?: number;
  readonly key?: KeyObject;
}

/** A certificate as RFC 5280 has it, with one DNS name. Nobody checks who issued it. */
function createCertificate(parts: CertificateParts = {}): string {
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

type Fields = Readonly<Record<string, unknown>>;

function toSignedText(fields: Fields): string {
  const keys =
    fields.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const present = keys.filter((key) => fields[key] !== undefined);
  return present.map((key) => `${key}\n${fields[key]}\n`).join('');
}

function signFields(changed: Fields = {}, key = privateKey): Fields {
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

const confirmation = (changed: Fields = {}) =>
  signFields({
    Type: 'SubscriptionConfirmation',
    Message: 'You have chosen to subscribe.\nVisit the SubscribeURL.',
    Token: TOKEN,
    SubscribeURL: SUBSCRIBE,
    ...changed,
  });

let fetched: string[];
let pages: Map<string, string>;
let source: Source;

function createSource(topicArns: readonly string[] = [TOPIC, OTHER_TOPIC]): Source {
  return createSourceOf(cloudwatch, {
    settings: { topicArns } as JsonObject,
    fetchText: async (url) => {
      fetched.push(url);
      const page = pages.get(url);
      if (page === undefined) throw new RetryableError('fetch_failed', 'no answer');
      return page;
    },
  });
}

beforeEach(() => {
  fetched = [];
  pages = new Map([
    [toUrl(), createCertificate()],
    [SUBSCRIBE, '<ok/>'],
  ]);
  source = createSource();
});

function post(fields: Fields | string, receivedAt = NOW) {
  const body = typeof fields === 'string' ? fields : JSON.stringify(fields);
  const type = typeof fields === 'string' ? 'Notification' : String(fields.Type);
  const headers = { 'content-type': 'text/plain', 'x-amz-sns-message-type': type };
  return takeIn(source, createRequest({ headers, body, receivedAt }));
}

const toStatus = async (fields: Fields, receivedAt?: number) =>
  (await post(fields, receivedAt)).status;

describe('a message that SNS signed', () => {
  it.each(['1', '2'])('is accepted with signature version %s', async (SignatureVersion) => {
    const { status, messages } = await post(signFields({ SignatureVersion, Subject: 'a subject' }));
    expect(status).toBe(202);
    expect(messages).toMatchObject([
      { event: { type: 'alarm.ALARM', subject: 'cpu-high', verified: true } },
    ]);
  });

  it.each(['Subject', 'Type', 'MessageId', 'Timestamp', 'TopicArn'])(
    'is not accepted with a line break in its %s',
    async (key) => {
      const genuine = signFields({ Subject: 'x' });
      for (const end of ['\n', '\r', '\nMessageId\nx']) {
        expect(await toStatus(signFields({ ...genuine, [key]: `${genuine[key]}${end}` }))).toBe(
          400,
        );
      }
      expect(fetched).toEqual([]);
    },
  );

  it('does not stand for one that is cut in other places', async () => {
    const id = randomUUID();
    const genuine = signFields({ Message: `a\nMessageId\n${id}\nSubject\nb`, Subject: 'c' });
    const rest = `\nSubject\nb\nMessageId\n${genuine.MessageId}`;
    const forged = [
      { ...genuine, Message: 'a', MessageId: `${id}${rest}` },
      { ...genuine, Message: 'a', MessageId: id, Subject: `${rest.slice(9)}\nSubject\nc` },
    ];
    for (const one of forged) {
      expect(toSignedText(one)).toBe(toSignedText(genuine));
      expect(await toStatus(one)).toBe(400);
    }
    expect(await toStatus(genuine)).toBe(202);
  });

  it('does not stand for one with half a character in place of U+FFFD', async () => {
    const genuine = signFields({ Message: '\ufffd' });
    expect(await toStatus(genuine)).toBe(202);
    expect(await toStatus({ ...genuine, Message: '\ud800' })).toBe(400);
  });

  it('is refused when its id is no UUID', async () => {
    expect(await toStatus(signFields({ MessageId: 'x' }))).toBe(400);
  });

  it.each([
    ['an hour old', 3_600_000, 202],
    ['older', 3_601_000, 403],
    ['five minutes ahead', -300_000, 202],
    ['further ahead', -301_000, 403],
  ])('that is %s', async (_, age, status) => {
    expect(await toStatus(signFields(), NOW + age)).toBe(status);
  });

  it('is accepted where its values are those that were signed, in 3,000 mutations of its text', async () => {
    const genuine = signFields({ Subject: 'a subject', Message: 'first\nsecond' });
    const text = JSON.stringify(genuine);
    const counts = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length),
        fc.nat(2),
        fc.string({ maxLength: 2 }),
        async (place, removed, added) => {
          const changed = text.slice(0, place) + added + text.slice(place + removed);
          const { status } = await post(changed);
          counts[status === 202 ? 'accepted' : 'refused']++;
          if (status !== 202) return;
          expect(toSignedText(JSON.parse(changed))).toBe(toSignedText(genuine));
        },
      ),
      { numRuns: 3000 },
    );
    expect(counts.accepted).toBeGreaterThan(100);
    expect(counts.refused).toBeGreaterThan(1000);
    const isCertificate = (url: string) => url.startsWith(HOST) && url.endsWith('.pem');
    expect(fetched.every(isCertificate)).toBe(true);
  });

  it('of any content is accepted, or refused for its form, never with another error', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.string());
    const alarm = fc.record(
      {
        AlarmName: fc.oneof(fc.constant('a'), value),
        NewStateValue: fc.oneof(fc.constantFrom('OK', 'ALARM'), value),
        AlarmArn: fc.oneof(fc.constant('arn:aws:cloudwatch:us-east-1:1:alarm:x'), value),
        StateChangeTime: fc.oneof(fc.constant('0000-01-01T00:00:00.000+2300'), value),
        Trigger: fc.oneof(fc.record({ Metrics: value, Dimensions: value }), value),
      },
      { requiredKeys: [] },
    );
    const changed = fc.dictionary(
      fc.constantFrom('Subject', 'Message', 'MessageId', 'Timestamp', 'Type', 'Token', 'TopicArn'),
      value,
      { maxKeys: 1 },
    );
    await fc.assert(
      fc.asyncProperty(alarm, changed, async (message, fields) => {
        const Message = JSON.stringify(message);
        const { status, messages } = await post(signFields({ Message, ...fields }));
        expect([202, 400, 403]).toContain(status);
        expect(messages).toHaveLength(status === 202 ? 1 : 0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the certificate', () => {
  it.each<[string, CertificateParts, number]>([
    ['that has expired', { to: NOW - 1000 }, 403],
    ['that is not valid yet', { from: NOW + 1000 }, 403],
    ['of another name', { name: 'example.com' }, 403],
    ['of a wildcard', { name: '*.amazonaws.com' }, 403],
    ['of another region', { name: 'sns-signing.eu-south-1.amazonaws.com' }, 403],
    ['of another key', { key: stranger.publicKey }, 403],
    ['of another kind of key', { key: elliptic.publicKey }, 403],
    ['of the region', { name: 'sns-signing.us-east-1.amazonaws.com' }, 202],
  ])('%s', async (_, parts, status) => {
    pages.set(toUrl(), createCertificate(parts));
    expect(await toStatus(signFields())).toBe(status);
  });

  it.each([
    ['aws', 'eu-south-1', 'amazonaws.com', 'sns-signing.eu-south-1.amazonaws.com'],
    ['aws-us-gov', 'us-gov-east-1', 'amazonaws.com', 'sns-us-gov-west-1.amazonaws.com'],
    ['aws-cn', 'cn-north-1', 'amazonaws.com.cn', 'sns-cn-north-1.amazonaws.com.cn'],
    ['aws-cn', 'cn-northwest-1', 'amazonaws.com.cn', 'sns-cn-northwest-1.amazonaws.com.cn'],
  ])('of %s %s comes from the host of that region', async (partition, region, domain, name) => {
    const TopicArn = `arn:${partition}:sns:${region}:123456789012:alarms`;
    const SigningCertURL = toUrl(0, `https://sns.${region}.${domain}`);
    source = createSource([TopicArn]);
    pages = new Map([[SigningCertURL, createCertificate({ name })]]);
    expect(await toStatus(signFields({ TopicArn, SigningCertURL }))).toBe(202);
    expect(await toStatus(signFields({ TopicArn }))).toBe(403);
    expect(fetched).toEqual([SigningCertURL]);
  });

  it('that cannot be had is answered 503, so that SNS comes again, and is asked for again', async () => {
    const fields = signFields();
    pages = new Map();
    expect(await toStatus(fields)).toBe(503);
    pages.set(toUrl(), 'no certificate');
    expect(await toStatus(fields)).toBe(503);
    pages.set(toUrl(), createCertificate());
    expect(await toStatus(fields)).toBe(202);
    expect(fetched).toHaveLength(3);
  });

  it('is forgotten when ten others have been used since', async () => {
    const deliver = (number: number) => toStatus(signFields({ SigningCertURL: toUrl(number) }));
    for (let number = 0; number <= 10; number++) pages.set(toUrl(number), createCertificate());
    for (let number = 0; number < 10; number++) await deliver(number);
    await deliver(0);
    await deliver(10);
    expect(fetched).toHaveLength(11);
    expect([await deliver(0), fetched.length]).toEqual([202, 11]);
    expect([await deliver(1), fetched.length]).toEqual([202, 12]);
  });
});

describe('outgoing requests', () => {
  it('are one for each certificate, however many messages come at once', async () => {
    pages.set(toUrl(1), createCertificate());
    const statuses = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        toStatus(signFields({ SigningCertURL: toUrl(index % 2) })),
      ),
    );
    expect(new Set(statuses)).toEqual(new Set([202]));
    expect(fetched.toSorted()).toEqual([toUrl(0), toUrl(1)]);
  });

  it('are none for what anybody could have forged', async () => {
    const url = toUrl();
    const certificateUrls = [
      undefined,
      url.replace('https', 'http'),
      url.replace('.com/', '.com:443/'),
      url.replace('.com/', '.com:8443/'),
      url.replace('.com/', '.com.evil.example/'),
      url.replace('//', '//evil.example@'),
      url.replace('sns.us-east-1', 'sns.eu-west-1'),
      url.replace('sns.us-east-1', 'sns.s3-us-west-2'),
      url.replace('sns.us-east-1', 'SNS.us-east-1'),
      url.replace('/Simple', '/x/../Simple'),
      url.replace('/Simple', '//Simple'),
      url.replace('.pem', '.PEM'),
      `${url}?x`,
      `${url}#`,
      `${url}\n`,
      ` ${url}`,
    ];
    for (const SigningCertURL of certificateUrls) {
      expect(await toStatus(signFields({ SigningCertURL }))).toBe(403);
    }
    const others: Fields[] = [
      { TopicArn: 'arn:aws:sns:us-east-1:999999999999:alarms' },
      { SignatureVersion: '3' },
      { SignatureVersion: undefined },
      { Timestamp: new Date(NOW - 4e6).toISOString() },
    ];
    for (const other of others) expect(await toStatus(signFields(other))).toBe(403);
    for (const Signature of [undefined, '', 'x', '====', 12]) {
      expect(await toStatus({ ...signFields(), Signature })).toBe(403);
    }
    expect(fetched).toEqual([]);
  });

  it('are no more than ten at a time', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        toStatus(signFields({ SigningCertURL: toUrl(100 + index) }, stranger.privateKey)),
      ),
    );
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect(fetched).toHaveLength(10);
  });

  it('confirm a subscription to an allowed topic, once', async () => {
    expect(await post(confirmation())).toMatchObject({ status: 200, messages: [] });
    expect(fetched).toEqual([toUrl(), SUBSCRIBE]);
  });

  it('confirm again when there was no answer', async () => {
    pages.delete(SUBSCRIBE);
    expect(await toStatus(confirmation())).toBe(503);
  });

  it('confirm nothing that is not signed', async () => {
    const { Signature } = signFields();
    expect(await toStatus({ ...confirmation(), Signature })).toBe(403);
    expect(fetched).toEqual([toUrl()]);
  });

  it.each([
    SUBSCRIBE.replace('https', 'http'),
    SUBSCRIBE.replace('.com/', '.com:443/'),
    SUBSCRIBE.replace('.com/', '.com.evil.example/'),
    SUBSCRIBE.replace('//', '//x@'),
    SUBSCRIBE.replace('us-east-1.', 'eu-west-1.'),
    SUBSCRIBE.replace('/?', '/x?'),
    SUBSCRIBE.replace('Confirm', 'Un'),
    SUBSCRIBE.replace(TOPIC, OTHER_TOPIC),
    SUBSCRIBE.replace(TOKEN, 'x'),
    SUBSCRIBE.replace('&Token', '&token'),
    `${SUBSCRIBE}&Action=Unsubscribe`,
    `${SUBSCRIBE}#`,
    'http://169.254.169.254/',
    '',
  ])('do not go to %s, though it is signed', async (SubscribeURL) => {
    pages.set(SubscribeURL, '<ok/>');
    expect(await toStatus(confirmation({ SubscribeURL }))).toBe(403);
    expect(fetched).toEqual([toUrl()]);
  });

  it('do not visit the URL of an UnsubscribeConfirmation, which subscribes again', async () => {
    const taken = await post(confirmation({ Type: 'UnsubscribeConfirmation' }));
    expect(taken).toMatchObject({ status: 200, messages: [] });
    expect(fetched).toEqual([toUrl()]);
  });
});
