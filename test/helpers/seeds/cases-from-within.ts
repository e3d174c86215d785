import type { JsonObject } from '../../../shared/domain/json.ts';
import { formSubmitted, userCreated } from './module-events.ts';
import type { Miss, SeedCases } from './seed-case.ts';
import { emitted, executed, type Send, within } from './send.ts';
import { STARTER } from './world.ts';

/** An event of the source, of a type that no trigger takes: all of the source say which they take. */
const ofOtherType = (expected: string, send: Send, found: string): Miss => ({
  ...{ send, clause: 'eventType', expected: [expected], found },
});
const emitsOther = (expected: string) => ofOtherType(expected, emitted('other'), 'other');

export const poll = (poller: string, context: JsonObject) =>
  within('polls', poller, { data: context });

export const file = (event: string, path: string) =>
  within('files', `file_${event}`, { data: { event, path } });

const USER = { userId: 'u1', email: 'ada@example.org', name: 'Ada' };
const SIGNUP = { action: 'signup', user: { id: 'user_123', email: 'user@example.com' } };
const JSON_PATTERN = String.raw`/data/(.*/)?[^/]*\.json$`;
const CSV_PATTERN = String.raw`/data/incoming/(.*/)?[^/]*\.csv$`;
const notJson: Miss = {
  send: file('created', '/data/a.json.bak'),
  clause: 'conditions.path_pattern',
  ...{ expected: JSON_PATTERN, found: '/data/a.json.bak' },
};

/** Triggers on what no sender delivers: what is emitted, executed, polled, scheduled, watched. */
export const casesFromWithin: SeedCases = {
  file_watcher: {
    fires: poll('file_watcher', { filename: 'data_file_1234567890.csv' }),
    input: { filename: 'data_file_1234567890.csv' },
    misses: [ofOtherType('file_watcher', poll('other', {}), 'other')],
  },
  queue_monitor: {
    fires: poll('queue_monitor', { depth: 11 }),
    input: { depth: 11, fields: {} },
    misses: [
      {
        send: poll('queue_monitor', { depth: 10 }),
        ...{ clause: 'conditions.depth.gt', expected: 10, found: 10 },
      },
    ],
  },
  service_health: {
    fires: poll('service_health', { service: 'api', consecutive_failures: 3 }),
    input: { service: 'api' },
    misses: [
      {
        send: poll('service_health', { service: 'api', consecutive_failures: 2 }),
        ...{ clause: 'conditions.consecutive_failures.gte', expected: 3, found: 2 },
      },
    ],
  },
  'manual.process.payment': {
    fires: executed('manual.process.payment', { paymentId: 'pi_1' }),
    input: {
      paymentId: 'pi_1',
      trigger: 'manual.process.payment',
      fields: { trigger: 'manual.process.payment' },
    },
    misses: [ofOtherType('manual.process.payment', within('manual', 'other'), 'other')],
  },
  'manual.data.import': {
    fires: executed('manual.data.import', {
      source: 'csv',
      options: { filePath: '/uploads/data.csv' },
    }),
    input: {
      ...{ source: 'csv', options: { filePath: '/uploads/data.csv' } },
      ...{ trigger: 'manual.data.import', fields: { trigger: 'manual.data.import' } },
    },
    misses: [ofOtherType('manual.data.import', within('manual', 'other'), 'other')],
  },
  'user.created': {
    fires: emitted(userCreated, USER),
    input: { ...USER, module: 'auth-module', fields: { module: 'auth-module' } },
    misses: [
      {
        send: emitted('user.created', USER),
        ...{ clause: 'conditions.module', expected: 'auth-module' },
      },
      emitsOther('user.created'),
    ],
  },
  'form.submitted': {
    fires: emitted(formSubmitted, { id: 'f1', reviewerEmail: 'ada@example.org' }),
    input: {
      ...{ id: 'f1', reviewerEmail: 'ada@example.org' },
      ...{ module: 'form-module', fields: { module: 'form-module' } },
    },
    misses: [
      {
        send: emitted('form.submitted', { id: 'f1' }),
        ...{ clause: 'conditions.module', expected: 'form-module' },
      },
    ],
  },
  'payment.processed': {
    fires: emitted('payment.processed', { paymentId: 'pi_1' }),
    input: { paymentId: 'pi_1', fields: {} },
    misses: [emitsOther('payment.processed')],
  },
  'order.placed': {
    fires: emitted('order.placed', { orderId: 'o1' }),
    input: { orderId: 'o1', fields: {} },
    misses: [emitsOther('order.placed')],
  },
  'daily.cleanup': {
    fires: within('schedule', 'daily.cleanup', { time: '2025-12-31T07:00:00.000Z' }),
    input: { type: 'cleanup', retentionDays: 30 },
    misses: [ofOtherType('daily.cleanup', within('schedule', 'other'), 'other')],
  },
  'daily-cost-report': {
    fires: within('schedule', 'daily-cost-report', { time: '2025-12-31T08:00:00.000Z' }),
    input: { report_type: 'cost' },
    misses: [ofOtherType('daily-cost-report', within('schedule', 'other'), 'other')],
  },
  'process-new-csv-files': {
    fires: file('modified', '/data/incoming/2024/new.csv'),
    input: {
      ...{ mode: 'batch', count: 1 },
      events: [{ mode: 'batch', file_path: '/data/incoming/2024/new.csv', event_type: 'modified' }],
    },
    misses: [
      {
        send: file('created', '/data/incoming/new.csv.part'),
        clause: 'conditions.not',
        expected: { path: { any: [{ endsWith: '.tmp' }, { endsWith: '.part' }] } },
      },
      {
        send: file('created', '/data/outgoing/new.csv'),
        clause: 'conditions.path_pattern',
        ...{ expected: CSV_PATTERN, found: '/data/outgoing/new.csv' },
      },
      {
        send: file('deleted', '/data/incoming/new.csv'),
        clause: 'eventType',
        ...{ expected: ['file_created', 'file_modified'], found: 'file_deleted' },
      },
    ],
  },
  'my-file-trigger': {
    fires: file('created', '/data/a.json'),
    also: ['process-files'],
    input: {},
    misses: [notJson],
  },
  'process-files': {
    fires: file('created', '/data/deep/a.json'),
    also: ['my-file-trigger'],
    input: { event: 'created', path: '/data/deep/a.json', fields: {} },
    misses: [notJson],
  },
  'post-process-data': {
    fires: executed(STARTER, {}),
    also: [STARTER],
    input: { processed_data: [1, 2, 3], rows: 3, raw_data: [1, 2, 3] },
    misses: [
      {
        send: executed(STARTER, { fails: true }),
        ...{ clause: 'status', expected: 'succeeded', found: 'failed' },
      },
    ],
  },
  'process-queue-messages': {
    fires: within('redis', 'jobs:pending', { data: { body: 'job 1' } }),
    input: { payload: 'job 1' },
    misses: [ofOtherType('jobs:pending', within('redis', 'jobs:done'), 'jobs:done')],
  },
  'handle-user-events': {
    fires: emitted('user_events', SIGNUP),
    input: { user_id: 'user_123', email: 'user@example.com' },
    misses: [
      {
        send: emitted('user_events', { ...SIGNUP, action: 'login' }),
        ...{ clause: 'filter.action', expected: 'signup', found: 'login' },
      },
    ],
  },
  'concurrency-control': {
    fires: emitted('setting.concurrency', { n: 1 }),
    input: { n: 1, fields: {} },
    misses: [emitsOther('setting.concurrency')],
  },
  cooldown: {
    fires: emitted('setting.cooldown', { n: 1 }),
    input: { n: 1, fields: {} },
    misses: [emitsOther('setting.cooldown')],
  },
  'default-inputs': {
    fires: emitted('setting.defaults', { mode: 'trial' }),
    input: { mode: 'trial', retry_count: 3 },
    misses: [emitsOther('setting.defaults')],
  },
  'path-expressions': {
    fires: emitted('setting.paths', {
      data: { user: { id: 'user_123' }, order: { items: [{ sku: 'a' }, { sku: 'b' }] } },
    }),
    input: {
      user_id: 'user_123',
      items: [{ sku: 'a' }, { sku: 'b' }],
      first_item: { sku: 'a' },
    },
    misses: [emitsOther('setting.paths')],
  },
};
