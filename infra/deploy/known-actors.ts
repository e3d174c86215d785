import { LogActor } from '../../shared/heddle/actors/log.ts';
import { createIdleActors } from '../../shared/heddle/composition/built-in-actors.ts';
import { userApp } from '../user-app.ts';

const builtIn = await createIdleActors();

/** Actor names that a trigger may use. */
export const actorNames: readonly string[] = Object.keys({
  log: LogActor,
  ...builtIn,
  ...userApp.actors,
});

/** Actors that send and need inputs, except those that the app has replaced. */
export const sinkNames: readonly string[] = Object.keys(builtIn).filter(
  (name) => !(name in (userApp.actors ?? {})),
);
