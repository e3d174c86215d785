import type { z } from 'zod';
import { EMIT_SOURCE } from '../domain/built-in-sources.ts';
import { ModuleEventHeadSchema } from '../domain/emitted.ts';
import type { Event } from '../domain/event.ts';
import { ConfigError } from '../errors/errors.ts';
import type { TriggerCode } from '../triggers/code/index.ts';
import type { CodeFault } from './code-fault.ts';
import { CodeTriggers } from './code-triggers.ts';
import { type AnyModuleEvent, type EmitEvent, EmitGate } from './emit-gate.ts';
import type { TriggerHook } from './hooks.ts';
import type { ModuleEvent } from './module-event.ts';
import type { PollerClass } from './poller.ts';
import { checkPoller } from './pollers/check-poller.ts';
import type { SubscriptionDefinition } from './subscription.ts';
import type { TriggerDefinition, WrittenInCode } from './trigger-definition.ts';

/** Registers a hook for the runs of all triggers. */
const ALL = '*';

/** The result of `defineTrigger`, `defineEvent` or `defineSubscription`. */
export type Definition = TriggerDefinition | AnyModuleEvent | SubscriptionDefinition;

/** Everything that code has registered, for the app that opens with it. */
export class Registrations {
  readonly events = new Map<string, AnyModuleEvent>();
  /** Pollers by the names that triggers use. */
  readonly pollers = new Map<string, PollerClass>();
  readonly #triggers = new CodeTriggers();
  /** Filters, transforms and schemas by trigger name. */
  readonly code = this.#triggers.code;
  readonly schemas = this.#triggers.schemas;
  readonly sources = this.#triggers.sources;
  readonly #faults: CodeFault[] = [];
  readonly #hooks: { readonly name: string; readonly hook: TriggerHook }[] = [];
  readonly #mentioned = new Map<string, string>();
  /** Repeats on another instance what was registered here. */
  readonly #log: ((other: Registrations) => void)[] = [];
  readonly #origin: Registrations | undefined;
  readonly #gate: EmitGate;
  #isOpen = false;

  /** @param origin begins with what is registered there; what is added stays here */
  constructor(origin?: Registrations) {
    this.#origin = origin;
    this.#gate = origin ? origin.#gate : new EmitGate();
    if (origin) for (const register of origin.#log) register(this);
  }

  /** Registers what was defined elsewhere. */
  add(definition: Definition): void {
    if (!('form' in definition)) this.addEvent(definition);
    else if (definition.form === 'trigger') this.#addTrigger(definition);
    else {
      this.#register(`subscription "${definition.name}"`, (other) => other.add(definition));
      this.#triggers.subscribe(definition);
    }
  }

  /** Adds code to a trigger that is registered elsewhere. */
  extend(name: string, code: TriggerCode): void {
    this.#register(`code of trigger "${name}"`, (other) => other.extend(name, code));
    this.#mentioned.set(name, 'extendTrigger');
    this.#triggers.addCode(name, code);
  }

  addEvent<Schema extends z.ZodType>(given: ModuleEvent<Schema>): ModuleEvent<Schema> {
    const { trigger, faults = [], ...event } = given;
    const { name } = event;
    this.#register(`event "${name}"`, (other) => other.addEvent(given));
    const { schema: _schema, ...head } = event;
    const parsed = ModuleEventHeadSchema.safeParse(head);
    const issues = parsed.error?.issues ?? [];
    for (const { path, message } of issues) this.#report(name, `${path.join('.')}: ${message}`);
    for (const fault of faults) this.#report(name, fault);
    if (this.events.has(name)) this.#report(name, 'the event is registered twice');
    this.events.set(name, event);
    if (trigger) this.#triggers.add(trigger);
    return event;
  }

  addPoller(poller: PollerClass): void {
    const { name, faults } = checkPoller(poller);
    this.#register(`poller "${name}"`, (other) => other.addPoller(poller));
    const isTaken = this.pollers.has(name);
    const found = isTaken ? [...faults, 'the poller is registered twice'] : faults;
    for (const fault of found) this.#report(name, fault);
    if (found.length === 0) this.pollers.set(name, poller);
  }

  addHook(name: string, hook: TriggerHook): void {
    this.#register(`a hook of trigger "${name}"`, (other) => other.addHook(name, hook));
    if (name !== ALL) this.#mentioned.set(name, 'onTrigger');
    this.#hooks.push({ name, hook });
  }

  /**
   * Hooks of a trigger, in the order of their registration. A subscription has those of the trigger
   * that it subscribes to.
   */
  hooksOf(trigger: string): readonly TriggerHook[] {
    const names = [trigger, this.#triggers.originOf(trigger), ALL];
    return this.#hooks.filter(({ name }) => names.includes(name)).map(({ hook }) => hook);
  }

  /** Retention of events of this type, if a module defines it. */
  configOf({ source, type }: Pick<Event, 'source' | 'type'>): ModuleEvent['config'] {
    return source === EMIT_SOURCE ? this.events.get(type)?.config : undefined;
  }

  /**
   * Triggers in the form of a triggers file, those of subscriptions last.
   * @param inFile the file's own triggers, to which code may subscribe too
   */
  toTriggers(inFile: readonly unknown[] = []): readonly WrittenInCode[] {
    return this.#triggers.resolve(inFile, new Set(this.events.keys()));
  }

  /** Whether a trigger has no actor of its own. */
  get hasNamed(): boolean {
    return this.#triggers.hasNamed;
  }

  /** @param names names of all triggers, those with faults included */
  findFaults(names: ReadonlySet<string>): readonly CodeFault[] {
    const isKnown = (name: string) => names.has(name) || this.#triggers.isFaulty(name);
    const unknown = [...this.#mentioned].filter(([name]) => !isKnown(name));
    const missing = unknown.map(([name, call]) => {
      return { name, message: `${call}: there is no such trigger: correct the name` };
    });
    return [...this.#faults, ...this.#triggers.faults, ...missing];
  }

  findWarnings(): readonly CodeFault[] {
    return this.#triggers.findWarnings();
  }

  /** @returns a function that closes it again */
  open(emit: EmitEvent): () => void {
    this.#isOpen = true;
    if (this.#origin) this.#origin.#isOpen = true;
    return this.#gate.open(emit);
  }

  /** Runs `work`. Events that it emits through the runtime belong to its attempt. */
  emitWithin<T>(emit: EmitEvent, work: () => Promise<T>): Promise<T> {
    return this.#gate.within(emit, work);
  }

  readonly emit: EmitEvent = (event, data, options) => this.#gate.emit(event, data, options);

  #addTrigger(trigger: TriggerDefinition): void {
    this.#register(`trigger "${trigger.name}"`, (other) => other.add(trigger));
    this.#triggers.add(trigger);
  }

  #report(name: string, message: string): void {
    this.#faults.push({ name, message });
  }

  #register(what: string, register: (other: Registrations) => void): void {
    if (!this.#isOpen) return void this.#log.push(register);
    const fault = `${what} came after the app was open, which has read them all: register it where the runtime is created`;
    throw new ConfigError('The runtime takes no more registrations', [fault]);
  }
}
