import type { Actors } from './actor.ts';
import type { Registrations } from './registrations.ts';

/** The user's part of an app: see shared/app/heddle.config.ts. */
export interface AppDefinition {
  /** By the names that triggers use. */
  readonly actors?: Actors;
  /** Triggers, events, hooks and pollers in code, by `createRuntime`. */
  readonly runtime?: { readonly registrations: Registrations };
}

/** @example export default defineApp({ actors: { greeter: Greeter } }); */
export function defineApp(app: AppDefinition): AppDefinition {
  return app;
}
