import type { ActorClass } from '../actors/actor.ts';

/** Gives an actor of the kit the schema of the one it stands for. */
export function withInput(own: ActorClass, real: ActorClass | undefined): ActorClass {
  return real?.input ? Object.assign(own, { input: real.input }) : own;
}
