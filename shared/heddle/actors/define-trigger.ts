import type { z } from 'zod';
import { EMIT_SOURCE, MANUAL_SOURCE, SCHEDULE_SOURCE } from '../domain/built-in-sources.ts';
import type { Event } from '../domain/event.ts';
import type { JsonObject } from '../domain/json.ts';
import { SUBSCRIBERS } from '../domain/subscribers.ts';
import { findEndpointFaults, toCodeSource } from './code-source.ts';
import type { CodeTrigger } from './code-trigger.ts';
import { withMilliseconds } from './form-durations.ts';
import { findFormFaults } from './form-faults.ts';
import type { AnySchema, ModuleEvent } from './module-event.ts';
import { type Given, type TriggerDefinition, toTriggerDefinition } from './trigger-definition.ts';
import type {
  AnyPayload,
  EventTrigger,
  ManualTrigger,
  ScheduleTrigger,
  TriggerForm,
  WebhookTrigger,
} from './trigger-forms.ts';

/** Defines a trigger in code: by name with the fields of a triggers file, or by its `type`. */
export interface DefineTrigger {
  <Data extends object = JsonObject>(name: string, trigger: CodeTrigger<Data>): TriggerDefinition;
  <Schema extends z.ZodType = AnySchema>(event: EventTrigger<Schema>): ModuleEvent<Schema>;
  <Schema extends z.ZodType = AnySchema>(trigger: ManualTrigger<Schema>): TriggerDefinition;
  <Schema extends z.ZodType = AnyPayload>(trigger: WebhookTrigger<Schema>): TriggerDefinition;
  (trigger: ScheduleTrigger): TriggerDefinition;
}

/**
 * Defines a trigger in code, for `defineApp({ triggers })`; `runtime.registerTrigger` takes the same
 * and registers it.
 *
 * By name, it has every field of a triggers file. By `type` (`event`, `manual`, `webhook`,
 * `schedule`), it has the fields of that type, and numbers for durations are milliseconds. One
 * without an `actor` runs those that subscribe to it: see {@link defineSubscription}.
 * @example
 * defineTrigger('github-prs', {
 *   source: 'github',
 *   actor: 'pr-reviewer',
 *   filter: (event) => event.type === 'pull_request.opened',
 * });
 * defineTrigger({
 *   name: 'stripe.payment.succeeded',
 *   type: 'webhook',
 *   endpoint: {
 *     path: '/webhooks/stripe',
 *     auth: {
 *       type: 'signature',
 *       secret: process.env.STRIPE_WEBHOOK_SECRET,
 *       header: 'stripe-signature',
 *       verify: verifyStripe,
 *     },
 *   },
 *   schema: z.object({ type: z.literal('payment_intent.succeeded'), id: z.string() }),
 *   transform: (payload) => ({ payment: payload.id }),
 *   config: { retentionDays: 365, rateLimit: { max: 1000, window: 3_600_000 } },
 * });
 */
export const defineTrigger: DefineTrigger = ((first: string | Form, trigger?: object) =>
  typeof first === 'string'
    ? toTriggerDefinition({ ...trigger, name: first })
    : define(first)) as DefineTrigger;

type Form = TriggerForm<z.ZodType>;

function define(form: Form): TriggerDefinition | ModuleEvent<z.ZodType> {
  if (form.type === 'event') return defineEventTrigger(form);
  const faults = findFormFaults(form);
  if (form.type === 'webhook') return defineWebhook(form, faults);
  if (form.type !== 'schedule') {
    return toTriggerDefinition({ ...toFields(form), source: MANUAL_SOURCE }, faults);
  }
  const { schedule } = form;
  if (typeof schedule !== 'object' || Array.isArray(schedule)) {
    return toTriggerDefinition(toTimed(form), faults);
  }
  const { overlap = form.overlap, ...times } = schedule;
  const limits = overlap === undefined ? {} : { overlap };
  return toTriggerDefinition({ ...toTimed({ ...form, schedule: times }), ...limits }, faults);
}

function toTimed(form: ScheduleTrigger): Given {
  return { ...toFields(form), source: SCHEDULE_SOURCE };
}

/** The event itself; with an actor, it brings the trigger that runs it. */
function defineEventTrigger(form: EventTrigger<z.ZodType>): ModuleEvent<z.ZodType> {
  const { name, displayName, description, source, schema, config } = form;
  const head = Object.entries({ displayName, description, schema, config });
  const given = Object.fromEntries(head.filter(([, value]) => value !== undefined));
  const { schema: _checkedWhenEmitted, ...fields } = toFields(form);
  const emitted = { ...fields, source: EMIT_SOURCE, eventType: name };
  const trigger = form.actor === undefined ? undefined : toTriggerDefinition(emitted);
  const faults = findFormFaults(form);
  return { ...given, name, source, faults, ...(trigger ? { trigger } : {}) };
}

function defineWebhook(
  form: WebhookTrigger<z.ZodType>,
  formFaults: readonly string[],
): TriggerDefinition {
  const { endpoint, ...rest } = form;
  const { filter, transform, ...fields } = toFields(rest as Form);
  const faults = [...formFaults, ...findEndpointFaults(endpoint)];
  const source = faults.length > 0 ? undefined : toCodeSource(endpoint, form.config?.rateLimit);
  const code = { filter: withPayload(filter), transform: withPayload(transform) };
  return toTriggerDefinition(
    { ...fields, ...code, source: source?.name ?? 'custom' },
    faults,
    source,
  );
}

/** A webhook's functions see the payload first, as its sender wrote it. */
function withPayload(part: unknown): unknown {
  if (typeof part !== 'function') return part;
  return (event: Event) => part(event.data, event);
}

/** The fields that a trigger of a file has too. */
function toFields(form: Form): Given {
  const { type: _type, scope: _scope, config, source, tags = [], ...rest } = form;
  const { rateLimit: _ofSource, ...kept } = (config ?? {}) as Readonly<Record<string, unknown>>;
  return {
    ...withMilliseconds(rest),
    ...kept,
    actor: form.actor ?? SUBSCRIBERS,
    tags: source === undefined || form.type === 'event' ? tags : [...tags, source],
    name: form.name,
  };
}
