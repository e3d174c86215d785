import type { ActorClass } from '../actors/actor.ts';

/** Gives an actor of the kit the schema of the one it stands for. */
export function withInput(own: ActorClass, real: ActorClass | undefined): ActorClass {
  const { input, takesExactNumbers } = real ?? {};
  return Object.assign(own, {
    ...(input && { input }),
    ...(takesExactNumbers && { takesExactNumbers }),
  });
}
