import { formSubmitted, userCreated } from './module-events.ts';
import type { Miss, SeedCases } from './seed-case.ts';
import { emitted, executed, type Send, within } from './send.ts';
import { STARTER } from './world.ts';

/**
 * An event of the source, of a type that no trigger takes: all triggers of the source name their
 * types.
 */
const ofOtherType = (expected: string, send: Send, found: string): Miss => ({
  ...{ send, clause: 'eventType', expected: [expected], found },
});
const emitsOther = (expected: string) => ofOtherType(expected, emitted('other'), 'other');

const USER = { userId: 'u1', email: 'ada@example.org', name: 'Ada' };
const SIGNUP = { action: 'signup', user: { id: 'user_123', email: 'user@example.com' } };

/** Triggers on events without a sender: emitted, executed, or the end of a run. */
export const casesFromWithin: SeedCases = {
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
  'order.paid': {
    fires: emitted('order.paid', { orderId: 'o1' }),
    input: { orderId: 'o1', fields: {} },
    misses: [emitsOther('order.paid')],
  },
  'order.placed': {
    fires: emitted('order.placed', { orderId: 'o1' }),
    input: { orderId: 'o1', fields: {} },
    misses: [emitsOther('order.placed')],
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
