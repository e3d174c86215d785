import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { RetryableError } from '../../../shared/heddle/errors/errors.ts';
import { cloudwatch } from '../../../shared/heddle/sources/cloudwatch/cloudwatch.ts';
import type { Source } from '../../../shared/heddle/sources/source.ts';
import {
  confirmation,
  createCertificate,
  type Fields,
  NOW,
  OTHER_TOPIC,
  SUBSCRIBE,
  signFields,
  stranger,
  TOKEN,
  TOPIC,
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
