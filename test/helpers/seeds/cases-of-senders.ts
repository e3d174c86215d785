import { expect } from 'vitest';
import type { JsonObject } from '../../../shared/domain/json.ts';
import { findExample } from '../github.ts';
import { readVectors } from '../sources.ts';
import type { Miss, SeedCases } from './seed-case.ts';
import {
  cloudwatch,
  github,
  grafana,
  mcp,
  type Send,
  slack,
  stripe,
  unverified,
  webhook,
  webPubSub,
} from './send.ts';

/** Of a trigger that takes whatever its source has, if only the sender is known. */
const unknown = (send: Send): Miss => ({
  ...{ send: unverified(send), clause: 'requireVerification' },
  ...{ expected: true, found: false },
});

const opened = github('pull_request', findExample('pull_request', 'opened').payload);

const closed = findExample('pull_request', 'closed').payload;
const pull = closed.pull_request as JsonObject;
/** GitHub's own example is neither merged nor against main. */
const close = (merged: boolean, ref: string) =>
  github('pull_request', {
    ...closed,
    pull_request: { ...pull, merged, base: { ...(pull.base as JsonObject), ref } },
  });

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

/** Triggers on what senders deliver: signed, verified and normalized. */
export const casesOfSenders: SeedCases = {
  'my-trigger': {
    fires: webhook('events', { type: 'important', text: 'now' }),
    input: { type: 'important', text: 'now', fields: {} },
    misses: [
      {
        send: webhook('events', { type: 'unimportant' }),
        ...{ clause: 'code.filter', expected: true, found: false },
      },
      unknown(webhook('events', { type: 'important' })),
    ],
  },
  test: {
    fires: webhook('open', { data: 'test' }),
    input: { data: 'test', fields: {} },
    misses: [{ ...unknown(webhook('events', { data: 'test' })), of: 'my-trigger' }],
  },
  'github-prs': {
    fires: opened,
    also: ['github-trigger'],
    input: expect.objectContaining({
      action: 'opened',
      pull_request: expect.objectContaining({ title: 'Update the README with new information.' }),
    }),
    misses: [
      {
        send: github('pull_request', closed),
        ...{ clause: 'filter', expected: "event.action == 'opened'", found: false },
      },
    ],
  },
  'github-trigger': {
    fires: github('push', findExample('push').payload),
    input: expect.objectContaining({ ref: String(findExample('push').payload.ref) }),
    misses: [unknown(opened)],
  },
  'slack-commands': {
    fires: mention,
    also: ['slack-trigger'],
    input: { command: 'deploy', args: ['web', 'now'], userId: 'U1' },
    misses: [unknown(mention)],
  },
  'slack-trigger': {
    fires: mention,
    also: ['slack-commands'],
    input: expect.objectContaining({ text: 'deploy web now', user: 'U1', channel: 'C1' }),
    misses: [unknown(mention)],
  },
  'pubsub-events': {
    fires: message,
    input: expect.objectContaining({ text: 'hello', hub: 'actor-events', connection_id: 'c1' }),
    misses: [unknown(message)],
  },
  'stripe.payment.succeeded': {
    fires: stripe('payment_intent.succeeded', intent),
    // Templates make texts.
    input: { paymentId: 'pi_1', amount: '19.99', currency: 'usd' },
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
  'github-deploy-on-merge': {
    fires: close(true, 'main'),
    also: ['github-trigger'],
    input: { repo: 'Hello-World', version: 'ec26c3e5' },
    misses: [
      {
        send: opened,
        ...{ clause: 'conditions.action', expected: 'closed', found: 'opened' },
      },
      {
        send: close(false, 'main'),
        ...{ clause: 'conditions.merged', expected: true, found: false },
      },
      {
        send: close(true, 'master'),
        ...{ clause: 'conditions.base_branch', expected: 'main', found: 'master' },
      },
    ],
  },
};

export const pullRequestOpened = opened;
/** An alarm without the dimension that the trigger asks for. */
export const alarmOfNoGroup = alarm('web-cpu-high', 'ALARM', 'InstanceId');
export const paid = (amount: number) => stripe('payment_intent.succeeded', { ...intent, amount });
