import type { Actors } from '../actors/actor.ts';
import { LogActor } from '../actors/log.ts';
import { ConfigError } from '../errors/errors.ts';
import { type AssembledApp, assembleApp, type LoadedApp } from './assemble-app.ts';
import { listInputs } from './plausibility.ts';
import type { Known } from './read-definitions.ts';
import { loadAllKinds } from './source-kinds.ts';

/** Everything that an app knows, which its triggers are checked against. */
export type KnownToApp = Required<Known>;

/**
 * @param isLenient keep the sound parts of an app with faults, as a deployed app does
 * @throws {ConfigError} with every fault of the app, unless lenient
 */
export function assembleSound(app: LoadedApp, isLenient = false): AssembledApp {
  const own = assembleApp(app);
  if (own.faults.length === 0 || isLenient) return own;
  throw new ConfigError('The app cannot be used', own.faults);
}

/** Joins all actors. The app's own replace built-in ones of the same name. */
export function joinActors({ actors }: Pick<AssembledApp, 'actors'>, builtIn: Actors): Actors {
  return { log: LogActor, ...builtIn, ...actors };
}

export async function listKnown(own: AssembledApp, builtIn: Actors): Promise<KnownToApp> {
  const actors = joinActors(own, builtIn);
  const sinks = Object.keys(builtIn).filter((name) => !Object.hasOwn(own.actors, name));
  return {
    ...{ actors: Object.keys(actors), sinks, inputs: listInputs(actors, sinks) },
    kinds: await loadAllKinds(own),
    runtime: own.registrations,
    endpoints: Object.keys(own.endpoints),
    emptyFiles: own.emptyFiles,
  };
}
