import { z } from 'zod';
import { MANUAL_SOURCE } from '../domain/built-in-sources.ts';
import type { JsonObject } from '../domain/json.ts';
import type { TriggerCode } from '../triggers/code/index.ts';
import type { CodeTrigger, EventTrigger, ManualTrigger, TriggerFunctions } from './code-trigger.ts';
import type { TriggerHook } from './hooks.ts';
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
import { Registrations } from './registrations.ts';

type NoEvents = Readonly<Record<never, never>>;

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
   * Registers an event that a module of the app emits. It runs nothing by itself: triggers match it
   * with `source: emit` and its name as `eventType`.
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

/**
 * Creates a runtime, with which code registers its parts one by one. `defineApp` takes it beside, or in
 * place of, the parts that it lists.
 * @param options events that can then be emitted by name: see {@link defineEvents}
 * @example
 * export const runtime = createRuntime({ events });
 * runtime.registerTrigger('github-prs', { source: 'github', actor: 'pr-reviewer' });
 * export default defineApp({ runtime });
 */
export function createRuntime<const Events extends ModuleEvents = NoEvents>(options?: {
  readonly events: Events;
}): Runtime<Events> {
  return createRuntimeOn(new Registrations(), options?.events);
}

/** Creates a runtime that registers with what is there already. */
export function createRuntimeOn<const Events extends ModuleEvents = NoEvents>(
  registrations: Registrations,
  given?: Events,
): Runtime<Events> {
  const events = Object.entries(given ?? {}).map(
    ([name, definition]) => [name, registrations.addEvent(name, definition)] as const,
  );
  const runtime = {
    events: Object.fromEntries(events),
    registrations,
    registerTrigger: (first: string | Described, trigger?: CodeTrigger) =>
      typeof first === 'string'
        ? addTrigger(registrations, { ...trigger, name: first })
        : addDescribed(registrations, first),
    registerPoller: (poller: PollerClass) => registrations.addPoller(poller),
    extendTrigger: (name: string, code: TriggerCode) => registrations.extend(name, code),
    onTrigger: (name: string, hook: TriggerHook) => registrations.addHook(name, hook),
    emitTrigger: registrations.emit,
  };
  // The overloads are more precise than one function's type can be.
  return runtime as unknown as Runtime<Events>;
}

type Described = EventTrigger<z.ZodType> | ManualTrigger<z.ZodType>;
type Named = Partial<Omit<CodeTrigger, 'schema'>> & {
  readonly name: string;
  readonly schema?: unknown;
};

function addTrigger(registrations: Registrations, trigger: Named): void {
  const { filter, transform, ...rest } = trigger;
  const written = {
    ...rest,
    ...(filter === undefined || typeof filter === 'function' ? {} : { filter }),
    ...(transform === undefined || typeof transform === 'function' ? {} : { transform }),
  };
  registrations.addTrigger(written, {
    ...(typeof filter === 'function' ? { filter } : {}),
    ...(typeof transform === 'function' ? { transform } : {}),
  });
}

function addDescribed(
  registrations: Registrations,
  described: Described,
): ModuleEvent<z.ZodType> | undefined {
  if (described.type === 'event') {
    const { type: _type, name, ...definition } = described;
    return registrations.addEvent(name, definition);
  }
  const { type: _type, schema, source, tags = [], ...trigger } = described;
  if (schema) registrations.addSchema(described.name, schema);
  addTrigger(registrations, {
    ...(trigger as Named),
    source: MANUAL_SOURCE,
    tags: source === undefined ? tags : [...tags, source],
    ...(schema ? { schema: toJsonSchema(schema) } : {}),
  });
  return undefined;
}

/** For people and pages. The data itself is checked with the zod schema. */
function toJsonSchema(schema: z.ZodType): unknown {
  const described = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  return JSON.parse(JSON.stringify(described));
}
