import { AsyncLocalStorage } from 'node:async_hooks';
import type { z } from 'zod';
import { EMIT_SOURCE } from '../domain/built-in-sources.ts';
import { ModuleEventHeadSchema } from '../domain/emitted.ts';
import type { Event } from '../domain/event.ts';
import { ConfigError } from '../errors/errors.ts';
import type { TriggerCode } from '../triggers/code/index.ts';
import type { TriggerHook } from './hooks.ts';
import type { EmitOptions, Emitted, ModuleEvent, ModuleEventDefinition } from './module-event.ts';
import type { PollerClass } from './poller.ts';
import { checkPoller } from './pollers/check-poller.ts';

/** A module event of any schema. */
export type AnyModuleEvent = ModuleEvent<z.ZodType>;

/** Ingests an event. */
export type EmitEvent = (
  event: string | AnyModuleEvent,
  data: object,
  options?: EmitOptions,
) => Promise<Emitted>;

/** Registers a hook for the runs of all triggers. */
const ALL = '*';

/** A fault in a registration, with the name it was registered under. */
export interface CodeFault {
  readonly name: string;
  readonly message: string;
}

/** Emits for the app that is open, and within it for the attempt that is running. */
class Emission {
  /** Emits on behalf of the attempt in whose context `emit` is called. */
  readonly attempts = new AsyncLocalStorage<EmitEvent>();
  emit: EmitEvent | undefined;
}

/** Everything that code has registered, for the app that opens with it. */
export class Registrations {
  /** Triggers in the form of a triggers file. */
  readonly triggers: object[] = [];
  /** Filters and transforms by trigger name. */
  readonly code = new Map<string, TriggerCode>();
  /** Schemas of manual triggers' data, by trigger name. */
  readonly schemas = new Map<string, z.ZodType>();
  readonly events = new Map<string, AnyModuleEvent>();
  /** Pollers by the names that triggers use. */
  readonly pollers = new Map<string, PollerClass>();
  readonly #faults: CodeFault[] = [];
  readonly #hooks: { readonly name: string; readonly hook: TriggerHook }[] = [];
  readonly #mentioned = new Map<string, string>();
  readonly #origin: Registrations | undefined;
  readonly #emission: Emission;
  #isOpen = false;

  /** @param origin begins with what is registered there; what is added stays here */
  constructor(origin?: Registrations) {
    this.#origin = origin;
    this.#emission = origin ? origin.#emission : new Emission();
    if (origin) this.#copy(origin);
  }

  addTrigger(written: { readonly name: string }, code: TriggerCode): void {
    this.#requireClosed(`trigger "${written.name}"`);
    this.triggers.push(written);
    this.#addCode(written.name, code);
  }

  /** Adds code to a trigger that is registered elsewhere. */
  extend(name: string, code: TriggerCode): void {
    this.#requireClosed(`code of trigger "${name}"`);
    this.#mentioned.set(name, 'extendTrigger');
    this.#addCode(name, code);
  }

  addSchema(name: string, schema: z.ZodType): void {
    this.schemas.set(name, schema);
  }

  addEvent<Schema extends z.ZodType>(
    name: string,
    definition: ModuleEventDefinition<Schema>,
  ): ModuleEvent<Schema> {
    this.#requireClosed(`event "${name}"`);
    const event: ModuleEvent<Schema> = { ...definition, name };
    const { schema: _schema, ...head } = event;
    const parsed = ModuleEventHeadSchema.safeParse(head);
    for (const { path, message } of parsed.error?.issues ?? []) {
      this.#report(name, `${path.join('.')}: ${message}`);
    }
    if (this.events.has(name)) this.#report(name, 'the event is registered twice');
    this.events.set(name, event);
    return event;
  }

  addPoller(poller: PollerClass): void {
    const { name, faults } = checkPoller(poller);
    this.#requireClosed(`poller "${name}"`);
    const isTaken = this.pollers.has(name);
    const found = isTaken ? [...faults, 'the poller is registered twice'] : faults;
    for (const fault of found) this.#report(name, fault);
    if (found.length === 0) this.pollers.set(name, poller);
  }

  addHook(name: string, hook: TriggerHook): void {
    this.#requireClosed(`a hook of trigger "${name}"`);
    if (name !== ALL) this.#mentioned.set(name, 'onTrigger');
    this.#hooks.push({ name, hook });
  }

  /** Hooks of a trigger, in the order of their registration. */
  hooksOf(trigger: string): readonly TriggerHook[] {
    const isMeant = ({ name }: { readonly name: string }) => name === trigger || name === ALL;
    return this.#hooks.filter(isMeant).map(({ hook }) => hook);
  }

  /** Retention of events of this type, if a module defines it. */
  configOf({ source, type }: Pick<Event, 'source' | 'type'>): ModuleEvent['config'] {
    return source === EMIT_SOURCE ? this.events.get(type)?.config : undefined;
  }

  /** @param names names of all triggers, those with faults included */
  findFaults(names: ReadonlySet<string>): readonly CodeFault[] {
    const unknown = [...this.#mentioned].filter(([name]) => !names.has(name));
    const missing = unknown.map(([name, call]) => {
      return { name, message: `${call}: there is no such trigger: correct the name` };
    });
    return [...this.#faults, ...missing];
  }

  /** @returns a function that closes it again */
  open(emit: EmitEvent): () => void {
    this.#isOpen = true;
    if (this.#origin) this.#origin.#isOpen = true;
    this.#emission.emit = emit;
    return () => {
      if (this.#emission.emit === emit) this.#emission.emit = undefined;
    };
  }

  /** Runs `work`. Events that it emits through the runtime belong to its attempt. */
  emitWithin<T>(emit: EmitEvent, work: () => Promise<T>): Promise<T> {
    return this.#emission.attempts.run(emit, work);
  }

  /** @throws {ConfigError} when no app is open */
  readonly emit: EmitEvent = (event, data, options) => {
    const { attempts, emit } = this.#emission;
    if (emit) return (attempts.getStore() ?? emit)(event, data, options);
    const name = typeof event === 'string' ? event : event.name;
    const fault = `event "${name}" was emitted before the app was open, or after it was stopped`;
    return Promise.reject(new ConfigError('The runtime cannot emit', [fault]));
  };

  #copy(origin: Registrations): void {
    this.triggers.push(...origin.triggers);
    this.#faults.push(...origin.#faults);
    this.#hooks.push(...origin.#hooks);
    for (const part of ['code', 'schemas', 'events', 'pollers'] as const) {
      const map: Map<string, unknown> = this[part];
      for (const [name, value] of origin[part]) map.set(name, value);
    }
    for (const [name, call] of origin.#mentioned) this.#mentioned.set(name, call);
  }

  #addCode(name: string, code: TriggerCode): void {
    const known = this.code.get(name);
    for (const part of ['filter', 'transform'] as const) {
      if (!code[part]) continue;
      if (known?.[part]) this.#report(name, `the ${part} is registered twice`);
    }
    if (code.filter || code.transform) this.code.set(name, { ...known, ...code });
  }

  #report(name: string, message: string): void {
    this.#faults.push({ name, message });
  }

  #requireClosed(what: string): void {
    if (!this.#isOpen) return;
    const fault = `${what} came after the app was open, which has read them all: register it where the runtime is created`;
    throw new ConfigError('The runtime takes no more registrations', [fault]);
  }
}
