import type { z } from 'zod';
import { SUBSCRIBERS } from '../domain/subscribers.ts';
import type { TriggerCode } from '../triggers/code/index.ts';
import type { CodeFault } from './code-fault.ts';
import { CodeSources } from './code-sources.ts';
import type { SubscriptionDefinition } from './subscription.ts';
import { Subscriptions } from './subscriptions.ts';
import type { TriggerDefinition, WrittenInCode } from './trigger-definition.ts';

/** The triggers that code defines, with their functions, and what subscribes to them. */
export class CodeTriggers {
  /** Functions by trigger name, also of triggers of the file. */
  readonly code = new Map<string, TriggerCode>();
  /** Schemas of the data that triggers are executed with, by trigger name. */
  readonly schemas = new Map<string, z.ZodType>();
  readonly sources = new CodeSources();
  readonly #triggers: WrittenInCode[] = [];
  /** Names of triggers whose form has faults. */
  readonly #faulty = new Set<string>();
  readonly #faults: CodeFault[] = [];
  readonly #subscriptions = new Subscriptions();

  add({ name, written, code, schema, source, faults }: TriggerDefinition): void {
    this.#faults.push(...faults.map((message) => ({ name, message })));
    if (faults.length > 0) return void this.#faulty.add(name);
    const fault = source && this.sources.add(name, source);
    if (fault !== undefined) this.#faults.push({ name, message: fault });
    this.#triggers.push(written);
    this.addCode(name, code);
    if (schema) this.schemas.set(name, schema);
  }

  addCode(name: string, code: TriggerCode): void {
    const known = this.code.get(name);
    for (const part of ['filter', 'transform'] as const) {
      const isTwice = code[part] && known?.[part];
      if (isTwice) this.#faults.push({ name, message: `the ${part} is registered twice` });
    }
    if (Object.keys(code).length > 0) this.code.set(name, { ...known, ...code });
  }

  subscribe(definition: SubscriptionDefinition): void {
    this.#subscriptions.add(definition);
  }

  /** The trigger or event that a trigger subscribes to, if it is one of a subscription. */
  originOf(trigger: string): string | undefined {
    return this.#subscriptions.originOf(trigger);
  }

  /** Whether a trigger has no actor of its own. */
  get hasNamed(): boolean {
    return this.#triggers.some(isNamed);
  }

  isFaulty(name: string): boolean {
    return this.#faulty.has(name);
  }

  /** Triggers in the form of a triggers file, those of subscriptions last. */
  resolve(inFile: readonly unknown[], events: ReadonlySet<string>): readonly WrittenInCode[] {
    const written = [...inFile, ...this.#triggers];
    const subscribed = this.#subscriptions.resolve({ written, events, faulty: this.#faulty });
    for (const { name, of } of subscribed) {
      const [code, schema] = [this.code.get(of), this.schemas.get(of)];
      if (code) this.code.set(name, code);
      if (schema) this.schemas.set(name, schema);
    }
    return [...this.#triggers, ...subscribed.map((one) => one.written)];
  }

  get faults(): readonly CodeFault[] {
    return [...this.#faults, ...this.#subscriptions.faults];
  }

  /** Finds definitions that are valid and have no effect. */
  findWarnings(): readonly CodeFault[] {
    const named = this.#triggers.filter(isNamed);
    return [...this.sources.findBlank(), ...this.#subscriptions.findUnused(named)];
  }
}

function isNamed({ actor }: WrittenInCode): boolean {
  return actor === SUBSCRIBERS;
}
