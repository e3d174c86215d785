import type { z } from 'zod';
import type { Event } from '../domain/event.ts';
import type { JsonObject } from '../domain/json.ts';
import type { CodeTrigger, TriggerFunctions } from './code-trigger.ts';
import type { HookContext, TriggerHook } from './hooks.ts';
import type { Invoked } from './invoke-actor.ts';
import type {
  AnySchema,
  DataOf,
  EmitOptions,
  Emitted,
  ModuleEvent,
  ModuleEvents,
  ToModuleEvent,
} from './module-event.ts';
import type { PollerClass } from './poller.ts';
import type { Registrations } from './registrations.ts';
import type { Subscription } from './subscription.ts';
import type {
  AnyPayload,
  EventTrigger,
  ManualTrigger,
  ScheduleTrigger,
  WebhookTrigger,
} from './trigger-forms.ts';

export type NoEvents = Readonly<Record<never, never>>;

/** Triggers, events and hooks that an app registers in code. */
export interface Runtime<Events extends ModuleEvents = NoEvents> {
  /**
   * Registers a trigger, with every field that a triggers file may have. It is checked in the same
   * way when the app opens. A `filter` function is called after all other clauses; a `transform`
   * function returns the object that replaces the event. Both see the event as stored: the payload
   * in `data`, and the normalized fields separately in `fields`.
   * @example
   * runtime.registerTrigger('github-prs', {
   *   source: 'github',
   *   actor: 'pr-reviewer',
   *   filter: (event) => event.type === 'pull_request.opened',
   * });
   * runtime.registerTrigger<{ command: string; text: string }>('slack-commands', {
   *   source: 'slack',
   *   eventType: 'slash_command',
   *   actor: 'command-handler',
   *   transform: ({ data }) => ({ command: data.command, args: data.text.split(' ') }),
   * });
   */
  registerTrigger<Data extends object = JsonObject>(name: string, trigger: CodeTrigger<Data>): void;
  /**
   * Registers an event that a module of the app emits. Without an `actor` it runs nothing by itself:
   * actors subscribe to it, and triggers match it with `source: emit` and its name as `eventType`.
   * @example
   * const userCreated = runtime.registerTrigger({
   *   name: 'user.created',
   *   type: 'event',
   *   source: 'auth-module',
   *   schema: z.object({ userId: z.string(), email: z.email() }),
   *   config: { persistData: true, retentionDays: 90 },
   * });
   * await runtime.emitTrigger(userCreated, { userId: 'u1', email: 'ada@example.org' });
   */
  registerTrigger<Schema extends z.ZodType = AnySchema>(
    event: EventTrigger<Schema>,
  ): ModuleEvent<Schema>;
  /**
   * Registers a trigger that `POST /api/v1/triggers/{name}/execute` runs, with data that fits its
   * schema.
   */
  registerTrigger<Schema extends z.ZodType = AnySchema>(trigger: ManualTrigger<Schema>): void;
  /**
   * Registers a webhook with its own endpoint. `path: '/webhooks/stripe'` is received at
   * `/webhooks/custom/stripe`. A payload that does not fit the schema is answered 202 all the same,
   * and the trigger's decision names the places; `filter` and `transform` get the payload first.
   * @example
   * runtime.registerTrigger({
   *   name: 'order.paid',
   *   type: 'webhook',
   *   endpoint: {
   *     path: '/webhooks/shop',
   *     auth: { type: 'signature', secret: process.env.SHOP_SECRET, header: 'x-signature' },
   *   },
   *   schema: z.object({ order: z.string(), cents: z.number() }),
   *   transform: (payload) => ({ order: payload.order, euros: payload.cents / 100 }),
   *   config: { rateLimit: { max: 1000, window: 3_600_000 } },
   *   actor: 'ship',
   * });
   */
  registerTrigger<Schema extends z.ZodType = AnyPayload>(trigger: WebhookTrigger<Schema>): void;
  /**
   * Registers a trigger that fires by the clock.
   * @example
   * runtime.registerTrigger({
   *   name: 'daily.cleanup',
   *   type: 'schedule',
   *   schedule: { cron: '0 2 * * *', timezone: 'America/New_York', overlap: 'skip' },
   *   data: { retentionDays: 30 },
   *   actor: 'cleanup',
   * });
   */
  registerTrigger(trigger: ScheduleTrigger): void;

  /**
   * Runs an actor for triggers and events that are registered elsewhere, in code or in the triggers
   * file: see {@link defineSubscription}.
   * @example
   * runtime.subscribe('payment-flow', { triggers: ['order.paid'], actor: 'ship', mode: 'manual' });
   */
  subscribe(name: string, subscription: Subscription): void;

  /**
   * Registers a poller, which triggers name in `poll.poller`. It replaces a built-in poller of the
   * same name.
   * @example
   * runtime.registerPoller(Inbox);
   * runtime.registerTrigger('new-files', {
   *   source: 'poll',
   *   actor: 'file-processing',
   *   poll: { poller: 'inbox', interval: '2s' },
   * });
   */
  registerPoller(poller: PollerClass): void;

  /** Adds code to a trigger of the triggers file. */
  extendTrigger<Data extends object = JsonObject>(name: string, code: TriggerFunctions<Data>): void;

  /**
   * Puts a hook around each attempt of a trigger's runs, or of all runs with `*`. The hook
   * registered first is the outermost.
   * @example
   * runtime.onTrigger('my-trigger', async (event, context, next) => {
   *   const startTime = Date.now();
   *   let success = false;
   *   try {
   *     const output = await next();
   *     success = true;
   *     return output;
   *   } finally {
   *     const { actor, logger } = context;
   *     logger.info('metrics', { eventType: event.type, duration: Date.now() - startTime, success, actor });
   *   }
   * });
   */
  onTrigger(name: string, hook: TriggerHook): void;

  /**
   * Runs an actor for the event of a hook, with the input of a trigger without input fields: see
   * `context.invokeActor`, which takes an input of your own.
   * @example
   * runtime.onTrigger('my-trigger', async (event, context) => {
   *   const result = await runtime.invokeActor('my-actor', event, context);
   *   context.logger.info('metrics', { success: result.success, actorId: result.actorId });
   *   return result;
   * });
   */
  invokeActor(actor: string, event: Event, context: HookContext): Promise<Invoked>;

  /**
   * Emits an event, which is durable once this resolves. Actors use `this.context.emit` instead:
   * its events are the same in every attempt, and its loops are detected.
   * @throws {RejectedError} `schema_mismatch` with the paths; {@link RetryableError} where the
   * queue does not accept; {@link ConfigError} where the app is not open
   */
  emitTrigger<Name extends keyof Events & string>(
    event: Name,
    data: DataOf<Events[Name]>,
    options?: EmitOptions,
  ): Promise<Emitted>;
  emitTrigger<Schema extends z.ZodType>(
    event: ModuleEvent<Schema>,
    data: z.input<Schema> & object,
    options?: EmitOptions,
  ): Promise<Emitted>;

  /** The events that the runtime was created with, to pass to `context.emit`. */
  readonly events: { readonly [Name in keyof Events]: ToModuleEvent<Events[Name]> };
  /** Read by the app that opens with the runtime. */
  readonly registrations: Registrations;
}
