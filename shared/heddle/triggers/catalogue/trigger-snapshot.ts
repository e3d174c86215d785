import type { Trigger } from '../../domain/trigger.ts';
import type { TriggerCode } from '../code/index.ts';
import type { Candidate } from './definition.ts';
import type { EphemeralTriggers } from './ephemeral-triggers.ts';
import type { TriggerIndex } from './trigger-index.ts';

export interface SnapshotParts {
  readonly version: number;
  readonly listed: TriggerIndex;
  readonly ephemeral: EphemeralTriggers;
  readonly codeOf: (name: string) => TriggerCode | undefined;
}

/** The triggers of one moment. It never changes, so none of its triggers changes during a delivery. */
export class TriggerSnapshot {
  /** The catalogue's version that this is. */
  readonly version: number;
  /** Triggers that the API shows: all but the ephemeral ones. */
  readonly listed: TriggerIndex;
  /** A trigger's functions in code. */
  readonly codeOf: SnapshotParts['codeOf'];
  readonly #ephemeral: EphemeralTriggers;

  constructor({ version, listed, ephemeral, codeOf }: SnapshotParts) {
    this.version = version;
    this.listed = listed;
    this.codeOf = codeOf;
    this.#ephemeral = ephemeral;
  }

  get(name: string): Trigger | undefined {
    return this.#ephemeral.get(name) ?? this.listed.get(name);
  }

  /** False: no trigger has an ordering key. */
  get hasOrder(): boolean {
    return this.listed.hasOrder || this.#ephemeral.hasOrder;
  }

  /** Triggers with a schedule or a poll. */
  get timed(): readonly Trigger[] {
    if (!this.#hasEphemeral) return this.listed.timed;
    const shown = this.listed.timed.filter(({ name }) => this.#isShown(name));
    return [...shown, ...this.#ephemeral.timed];
  }

  /**
   * Triggers of a source whose type matches, with compiled clauses: those of the file and of code in
   * their order, with an overlay in the place of the trigger that it replaces; then the others.
   */
  match(source: string, type: string): readonly Candidate[] {
    const listed = this.listed.match(source, type);
    if (!this.#hasEphemeral) return listed;
    const shown = listed.filter(({ trigger }) => this.#isShown(trigger.name));
    return [...shown, ...this.#ephemeral.match(source, type)];
  }

  /** {@link match} without the clauses. */
  findCandidates(source: string, type: string): readonly Trigger[] {
    return this.match(source, type).map(({ trigger }) => trigger);
  }

  get #hasEphemeral(): boolean {
    return this.#ephemeral.size > 0;
  }

  #isShown(name: string): boolean {
    return this.#ephemeral.get(name) === undefined;
  }
}
