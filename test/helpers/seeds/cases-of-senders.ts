import { expect } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { readVectors } from '../sources.ts';
import type { SeedCases } from './seed-case.ts';
import { cloudwatch, grafana, mcp, slack, stripe, webhook, webPubSub } from './send.ts';
import { unknownSender } from './unknown-sender.ts';

const mention = slack('deploy web now', 'U1');
const message = webPubSub('user.message', 'hello');

const notification: JsonObject = JSON.parse(
  Buffer.from(
    readVectors('grafana.json').find(({ id }) => id === 'grafana-06')?.bodyBase64 ?? '',
    'base64',
  ).toString(),
);

const alarm = (AlarmName: string, state: string, dimension: string) =>
  cloudwatch({
    ...{ AlarmName, NewStateValue: state },
    Trigger: {
      MetricName: 'CPUUtilization',
      Dimensions: [{ name: dimension, value: 'web-asg' }],
    },
  });

const intent = { id: 'pi_1', object: 'payment_intent', amount: 1999, currency: 'usd' };

const order = { id: 'ord_1', customer_id: 'cus_1', table: 'orders', status: 'pending' };

/** Triggers on deliveries of senders, which are signed, verified and normalized. */
export const casesOfSenders: SeedCases = {
  'my-trigger': {
    fires: webhook('events', { type: 'important', text: 'now' }),
    input: { type: 'important', text: 'now', fields: {} },
    misses: [
      {
        send: webhook('events', { type: 'unimportant' }),
        ...{ clause: 'code.filter', expected: true, found: false },
      },
      unknownSender(webhook('events', { type: 'important' })),
    ],
  },
  test: {
    fires: webhook('open', { data: 'test' }),
    input: { data: 'test', fields: {} },
    misses: [{ ...unknownSender(webhook('events', { data: 'test' })), of: 'my-trigger' }],
  },
  'slack-commands': {
    fires: mention,
    also: ['slack-trigger'],
    input: { command: 'deploy', args: ['web', 'now'], userId: 'U1' },
    misses: [unknownSender(mention)],
  },
  'slack-trigger': {
    fires: mention,
    also: ['slack-commands'],
    input: expect.objectContaining({ text: 'deploy web now', user: 'U1', channel: 'C1' }),
    misses: [unknownSender(mention)],
  },
  'pubsub-events': {
    fires: message,
    input: expect.objectContaining({ text: 'hello', hub: 'actor-events', connection_id: 'c1' }),
    misses: [unknownSender(message)],
  },
  'stripe.payment.succeeded': {
    fires: stripe('payment_intent.succeeded', intent),
    // A template that is the whole text keeps the type of its value.
    input: { paymentId: 'pi_1', amount: 19.99, currency: 'usd' },
    misses: [
      {
        send: stripe('payment_intent.payment_failed', intent),
        clause: 'eventType',
        expected: ['payment_intent.succeeded'],
        found: 'payment_intent.payment_failed',
      },
    ],
  },
  'process-new-orders': {
    fires: mcp('row_inserted', order),
    input: { order_id: 'ord_1', customer: 'cus_1' },
    misses: [
      {
        send: mcp('row_inserted', { ...order, status: 'paid' }),
        ...{ clause: 'filter.status', expected: 'pending', found: 'paid' },
      },
      {
        send: mcp('row_inserted', { ...order, table: 'customers' }),
        ...{ clause: 'filter.table', expected: 'orders', found: 'customers' },
      },
      {
        send: mcp('row_deleted', order),
        ...{ clause: 'eventType', expected: ['row_inserted'], found: 'row_deleted' },
      },
    ],
  },
  'process-queue-messages': {
    fires: webhook('redis', { queue: 'jobs:pending', body: 'job 1' }),
    input: { payload: 'job 1' },
    misses: [
      {
        send: webhook('redis', { queue: 'jobs:done', body: 'job 1' }),
        ...{ clause: 'eventType', expected: ['jobs:pending'], found: 'jobs:done' },
      },
    ],
  },
  'cpu-alarm-response': {
    fires: alarm('web-cpu-high', 'ALARM', 'AutoScalingGroupName'),
    input: { title: 'web-cpu-high', severity: 'p2', service: 'web-asg' },
    misses: [
      {
        send: alarm('cpu-high', 'ALARM', 'AutoScalingGroupName'),
        clause: 'conditions.alarm_name_pattern',
        ...{ expected: '.*-cpu-high', found: 'cpu-high' },
      },
      {
        send: alarm('web-cpu-high', 'OK', 'AutoScalingGroupName'),
        ...{ clause: 'conditions.new_state', expected: 'ALARM', found: 'OK' },
      },
    ],
  },
  'grafana-critical-alert': {
    fires: grafana(notification),
    input: { title: 'alert1', severity: 'critical' },
    misses: [
      {
        send: grafana({ ...notification, status: 'resolved' }),
        ...{ clause: 'conditions.status', expected: 'firing', found: 'resolved' },
      },
      {
        send: grafana({ ...notification, commonLabels: { severity: 'warning' } }),
        ...{ clause: 'conditions.labels.severity', expected: 'critical', found: 'warning' },
      },
    ],
  },
};

/** An alarm without the dimension that the trigger requires. */
export const alarmOfNoGroup = alarm('web-cpu-high', 'ALARM', 'InstanceId');
export const paid = (amount: number) => stripe('payment_intent.succeeded', { ...intent, amount });
