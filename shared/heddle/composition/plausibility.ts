import type { Actors } from '../actors/actor.ts';
import type { Registrations } from '../actors/registrations.ts';
import { BUILT_IN_SOURCES } from '../connectors/built-in-sources.ts';
import type { Fault, ReadYaml } from '../domain/fault.ts';
import type { Trigger } from '../domain/trigger.ts';
import type { ConfiguredSource } from '../sources/load.ts';
import type { ActorInput, Surroundings } from '../triggers/plausibility/index.ts';

/** What is known of where the triggers run. */
export type DoubtOptions = Pick<Surroundings, 'isDeployed' | 'mayReach' | 'isSet'>;

export type Doubt = (known?: DoubtOptions) => Promise<readonly Fault[]>;

interface Doubted {
  readonly read: ReadYaml;
  readonly triggers: readonly Trigger[];
  readonly sources: readonly ConfiguredSource[];
  readonly runtime: Registrations | undefined;
  readonly inputs: Surroundings['inputs'];
}

/** The search for what is probably not meant. It is loaded when it is asked for. */
export function createDoubt({ read, triggers, sources, runtime, inputs }: Doubted): Doubt {
  const kinds = new Map(sources.map(({ name, kind }) => [name, kind.kind]));
  return async (known = {}) => {
    const { findDoubts } = await import('../triggers/plausibility/find-doubts.ts');
    return findDoubts(triggers, read, {
      ...known,
      inputs,
      kindOf: (source) => kinds.get(source) ?? BUILT_IN_SOURCES.find((name) => name === source),
      emitted: [...(runtime?.events.keys() ?? [])],
      transformed: listTransformed(runtime),
    });
  };
}

/** Triggers whose code makes the input. */
export function listTransformed(runtime: Registrations | undefined): ReadonlySet<string> {
  const code = [...(runtime?.code ?? [])].filter(([, { transform }]) => transform);
  return new Set(code.map(([name]) => name));
}

/** @param actors all actors; those of the app replace built-in ones of the same name */
export function listInputs(actors: Actors, sinks: readonly string[]): Surroundings['inputs'] {
  const entries = Object.entries(actors).flatMap(([name, { input }]): [string, ActorInput][] =>
    input === undefined ? [] : [[name, { schema: input, isSink: sinks.includes(name) }]],
  );
  return Object.fromEntries(entries);
}
