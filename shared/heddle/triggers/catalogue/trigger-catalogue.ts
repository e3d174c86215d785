import type { Trigger } from '../../domain/trigger.ts';
import type { MatchTools } from '../conditions/index.ts';
import { compileDefinition, compileDefinitions, type DefinitionsByName } from './definition.ts';
import { EphemeralTriggers } from './ephemeral-triggers.ts';
import { TriggerIndex } from './trigger-index.ts';
import { TriggerSnapshot } from './trigger-snapshot.ts';

/** `base`: the triggers file and code; `overlay`: laid over it by name. */
export type ListedLayer = 'base' | 'overlay';

interface Layer {
  readonly definitions: DefinitionsByName;
  readonly code: MatchTools['code'];
}

const NOTHING: Layer = { definitions: new Map(), code: undefined };

/**
 * The triggers of an app, which may change while it runs. Invariants:
 *
 * 1. Layers lie over each other: base, overlay, ephemeral. Of triggers with one name the uppermost
 *    counts; when it goes, the one below counts again.
 * 2. A layer changes as a whole or not at all, and a snapshot never changes.
 * 3. A trigger that stays as it was stays the same object from snapshot to snapshot.
 * 4. An ephemeral trigger comes and goes without the others being compiled or indexed again.
 */
export class TriggerCatalogue {
  #version = 0;
  #layers: Readonly<Record<ListedLayer, Layer>> = { base: NOTHING, overlay: NOTHING };
  #ephemeral = new EphemeralTriggers();
  #ephemeralsMade = 0;
  /** Absent until it is asked for: several changes in a row are indexed once. */
  #listed: TriggerIndex | undefined;
  #snapshot: TriggerSnapshot | undefined;

  /** A higher number with every change. */
  get version(): number {
    return this.#version;
  }

  /**
   * Replaces all triggers of a layer.
   * @param tools compilers that the triggers' conditions need, from `loadMatchTools`
   * @throws {InvariantError} when one is missing; the layer then stays as it was
   */
  replace(layer: ListedLayer, triggers: readonly Trigger[], tools: MatchTools = {}): void {
    const known = this.#layers[layer].definitions;
    const definitions = compileDefinitions(triggers, tools, known);
    this.#layers = { ...this.#layers, [layer]: { definitions, code: tools.code } };
    this.#listed = undefined;
    this.#change();
  }

  /**
   * Adds a trigger that events match and nobody lists, or replaces it by name.
   * @throws {InvariantError} when a tool that it needs is missing
   */
  addEphemeral(trigger: Trigger, tools: Omit<MatchTools, 'code'> = {}): void {
    const definition = compileDefinition(trigger, tools);
    this.#ephemeral = this.#ephemeral.with(definition, this.#ephemeralsMade++);
    this.#change();
  }

  /** @returns false where there is none of that name */
  removeEphemeral(name: string): boolean {
    const left = this.#ephemeral.without(name);
    if (left === this.#ephemeral) return false;
    this.#ephemeral = left;
    this.#change();
    return true;
  }

  /** The triggers as they are now. The same object until something changes. */
  snapshot(): TriggerSnapshot {
    this.#snapshot ??= this.#create();
    return this.#snapshot;
  }

  #create(): TriggerSnapshot {
    const { base, overlay } = this.#layers;
    this.#listed ??= toIndex(base, overlay);
    return new TriggerSnapshot({
      version: this.#version,
      listed: this.#listed,
      ephemeral: this.#ephemeral,
      codeOf: (name) => (overlay.definitions.has(name) ? overlay : base).code?.get(name),
    });
  }

  #change(): void {
    this.#version += 1;
    this.#snapshot = undefined;
  }
}

function toIndex(base: Layer, overlay: Layer): TriggerIndex {
  const shown = new Map([...base.definitions, ...overlay.definitions]);
  return new TriggerIndex([...shown.values()].flatMap(({ candidates }) => candidates));
}
