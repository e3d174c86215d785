import type { z } from 'zod';
import type { Actors } from '../actors/actor.ts';
import type { CodeTrigger } from '../actors/code-trigger.ts';
import type { TriggerHook } from '../actors/hooks.ts';
import type { ModuleEvent, ModuleEvents } from '../actors/module-event.ts';
import type { PollerClass } from '../actors/poller.ts';
import type { Definition, Registrations } from '../actors/registrations.ts';
import type { TriggerForm } from '../actors/trigger-forms.ts';
import type { Endpoint } from '../sources/custom/endpoint.ts';
import type { SourceKind } from '../sources/source.ts';

/** A trigger in code that says its own name, or what `defineTrigger` and its like return. */
export type NamedTrigger =
  | (CodeTrigger & { readonly name: string; readonly type?: never })
  | TriggerForm<z.ZodType>
  | Definition;

/** The user's part of an app. Every part is optional: see {@link defineApp}. */
export interface AppDefinition {
  /** Actors by the names that triggers use. One may replace a built-in actor of the same name. */
  readonly actors?: Actors;
  /**
   * Triggers in code, beside those of the triggers file: by name, or a list of triggers that have
   * their names. They have every field of a triggers file; `filter` and `transform` may also be
   * functions.
   */
  readonly triggers?: Readonly<Record<string, CodeTrigger>> | readonly NamedTrigger[];
  /** Events that actors and modules emit: by name as in `defineEvents`, or a list. */
  readonly events?: ModuleEvents | readonly ModuleEvent<z.ZodType>[];
  /** Poller classes. One may replace a built-in poller of the same name. */
  readonly pollers?: readonly PollerClass[];
  /** Code of `custom` sources by their names in the triggers file: see `defineEndpoint`. */
  readonly endpoints?: Readonly<Record<string, Endpoint>>;
  /** Source kinds in code: see `defineSource`. Their webhooks are `/webhooks/{kind}/{name?}`. */
  readonly sources?: readonly SourceKind[];
  /**
   * Hooks by the name of the trigger whose runs they surround; `*` is all triggers. The first hook
   * of a list is the outermost.
   */
  readonly hooks?: Readonly<Record<string, TriggerHook | readonly TriggerHook[]>>;
  /** A runtime of `createRuntime`, with all that is registered there. */
  readonly runtime?: { readonly registrations: Registrations };
}

/**
 * Defines what an app adds to Heddle; `shared/app/heddle.config.ts` exports it as its default.
 *
 * Most apps list nothing here, because files are found by themselves. Of `shared/app`:
 *
 * - `actors/*.ts`: each exported class that extends `Actor`. If the file exports one, its name for
 *   triggers is the file's: `actors/send-invoice.ts` is `send-invoice`. If the file exports several,
 *   each has the name of its export in kebab-case: `export class SendInvoice` is `send-invoice`; a
 *   default export has the file's name.
 * - `pollers/*.ts`: each exported class that extends `Poller`, under its own `name`.
 * - `events/*.ts`: each exported object of `defineEvents`, and each exported event.
 *
 * Tests (`*.test.ts`), subfolders, and files whose names begin with `_` or `.` are left out, and so
 * are abstract classes.
 *
 * What is listed here wins over what is found: a name listed here is taken, and a class listed here
 * is not registered a second time under its file's name. A name that is found twice or listed twice
 * is a fault, and so is a file that cannot be loaded.
 *
 * @example
 * export default defineApp({
 *   actors: { 'pr-reviewer': PrReviewer },
 *   triggers: {
 *     'big-orders': { source: 'shop', actor: 'log', filter: ({ data }) => Number(data.total) > 100 },
 *   },
 *   endpoints: { shop: defineEndpoint({ schema: z.object({ total: z.number() }) }) },
 *   hooks: { '*': (_event, { logger }, next) => (logger.info('a run begins'), next()) },
 * });
 */
export function defineApp(app: AppDefinition): AppDefinition {
  return app;
}
