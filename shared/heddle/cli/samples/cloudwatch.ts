import { CliError } from '../cli-error.ts';
import { type SampleOptions, type SampleRequest, toSampleTools } from './sample-request.ts';

/** The topic and setting that the source must have to accept the sample. */
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const TOKEN_SETTING = 'CLOUDWATCH_RAW_TOKEN';

const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

/**
 * Composes an alarm as CloudWatch sends it. Only AWS has the key that SNS signs with, so the sample
 * is a raw delivery, which a token in the query proves. The source needs this configuration:
 *
 *     cloudwatch:
 *       topicArns: ['arn:aws:sns:us-east-1:123456789012:alarms']
 *       rawDelivery: { token: CLOUDWATCH_RAW_TOKEN }
 *
 * @param type `alarm.ALARM`, `alarm.OK`, `alarm.INSUFFICIENT_DATA`, or `Notification` for a text
 * @returns a function that creates the delivery under a fresh message id
 * @throws {CliError} when there is no such example
 */
export function createCloudWatchSample(
  type: string,
  readSetting: (name: string) => string,
  options?: SampleOptions,
): () => SampleRequest {
  const { now, createId, toPayload } = toSampleTools(options);
  const example = findExample(type, now);
  const token = encodeURIComponent(readSetting(TOKEN_SETTING));
  return () => ({
    path: `webhooks/cloudwatch?token=${token}`,
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': createId(),
      'x-amz-sns-topic-arn': TOPIC,
      'x-amz-sns-rawdelivery': 'true',
    },
    body: typeof example === 'string' ? example : JSON.stringify(toPayload(example)),
  });
}

function findExample(type: string, now: () => number): string | (() => object) {
  if (type === 'Notification') return 'A message that is no alarm.';
  const state = STATES.find((one) => type === `alarm.${one}`);
  if (state) return () => createAlarm(state, now());
  const known = [...STATES.map((one) => `alarm.${one}`), 'Notification'].join(', ');
  throw new CliError(`CloudWatch has no example of "${type}". Known types: ${known}`);
}

function createAlarm(state: string, now: number): object {
  return {
    AlarmName: 'cpu-high',
    AlarmDescription: 'CPU > 80%',
    AWSAccountId: '123456789012',
    NewStateValue: state,
    NewStateReason: 'Threshold Crossed: 1 datapoint [92.5] was greater than the threshold (80.0).',
    StateChangeTime: new Date(now).toISOString().replace('Z', '+0000'),
    Region: 'US East (N. Virginia)',
    AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu-high',
    OldStateValue: state === 'OK' ? 'ALARM' : 'OK',
    Trigger: {
      MetricName: 'CPUUtilization',
      Namespace: 'AWS/EC2',
      StatisticType: 'Statistic',
      Statistic: 'AVERAGE',
      Dimensions: [{ value: 'i-0123456789abcdef0', name: 'InstanceId' }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 80,
      TreatMissingData: 'missing',
    },
  };
}
