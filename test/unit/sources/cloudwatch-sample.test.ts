import { describe, expect, it } from 'vitest';
import { CliError } from '../../../shared/heddle/cli/cli-error.ts';
import { createCloudWatchSample } from '../../../shared/heddle/cli/samples/cloudwatch.ts';
import { cloudwatch } from '../../../shared/heddle/sources/cloudwatch/cloudwatch.ts';
import type { Source } from '../../../shared/heddle/sources/source.ts';
import { createRequest, createSourceOf, type Taken, takeIn } from '../../helpers/sources.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const TOKEN = 'a token that is long enough';

function createRaw(): Source {
  const rawDelivery = { token: 'RAW_TOKEN' };
  const settings = { topicArns: [TOPIC], rawDelivery };
  return createSourceOf(cloudwatch, { settings, env: { RAW_TOKEN: TOKEN } });
}

function toEvent({ messages }: Taken) {
  const [message] = messages;
  if (message?.kind !== 'event') throw new Error('ingest sends events');
  return message.event;
}

describe('the samples', () => {
  it.each(['alarm.ALARM', 'alarm.OK', 'alarm.INSUFFICIENT_DATA', 'Notification'])(
    'have a %s that a source for raw deliveries takes in',
    async (type) => {
      const next = createCloudWatchSample(type, () => TOKEN);
      const [one, other] = [next(), next()].map((sample) => ({
        ...sample,
        path: `/${sample.path}`,
      }));
      const event = toEvent(await takeIn(createRaw(), createRequest(one ?? {})));
      expect(event).toMatchObject({ type, verified: true });
      expect(other?.headers['x-amz-sns-message-id']).not.toBe(event.id);
    },
  );

  it('know their types', () => {
    expect(() => createCloudWatchSample('alarm', () => '')).toThrow(CliError);
    expect(() => createCloudWatchSample('alarm', () => '')).toThrow('alarm.ALARM');
  });
});
