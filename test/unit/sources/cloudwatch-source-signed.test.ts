import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { RetryableError } from '../../../shared/heddle/errors/errors.ts';
import { cloudwatch } from '../../../shared/heddle/sources/cloudwatch/cloudwatch.ts';
import type { Source } from '../../../shared/heddle/sources/source.ts';
import {
  type CertificateParts,
  createCertificate,
  elliptic,
  type Fields,
  HOST,
  NOW,
  OTHER_TOPIC,
  SUBSCRIBE,
  signFields,
  stranger,
  TOPIC,
  toSignedText,
  toUrl,
} from '../../helpers/sns.ts';
import { createRequest, createSourceOf, takeIn } from '../../helpers/sources.ts';

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
