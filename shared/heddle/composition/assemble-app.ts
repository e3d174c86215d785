import type { z } from 'zod';
import type { ActorClass, Actors } from '../actors/actor.ts';
import type { CodeTrigger } from '../actors/code-trigger.ts';
import { createRuntimeOn } from '../actors/create-runtime.ts';
import { defineTrigger } from '../actors/define-trigger.ts';
import { type Definition, Registrations } from '../actors/registrations.ts';
import type { Runtime } from '../actors/runtime.ts';
import type { ManualTrigger } from '../actors/trigger-forms.ts';
import type { Endpoint } from '../sources/custom/endpoint.ts';
import type { SourceKind } from '../sources/source.ts';
import type { AppFile } from './app-files.ts';
import { type EmptyFile, findEmptyFiles } from './app-hints.ts';
import type { AppDefinition, NamedTrigger } from './define-app.ts';
import {
  type FoundPart,
  findActors,
  findEventFaults,
  findEvents,
  findPollers,
} from './discover-parts.ts';
import { findKindFaults } from './source-kinds.ts';

/** An app's definition with its files, if they were loaded: see `loadApp`. */
export interface LoadedApp extends AppDefinition {
  readonly files?: readonly AppFile[];
}

/** Everything that an app adds, in one place. */
export interface AssembledApp {
  readonly actors: Actors;
  /** Everything that the app registers, its runtime included. */
  readonly registrations: Registrations;
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  /** The app's own kinds of sources, without those at fault. */
  readonly kinds: readonly SourceKind[];
  /** Files that export no part, which may be a mistake. */
  readonly emptyFiles: readonly EmptyFile[];
  /** Each leaves out its own part and no other. */
  readonly faults: readonly string[];
}

/**
 * Merges what an app lists with what its files export. The definition itself stays as it is, so an
 * app can be opened any number of times.
 */
export function assembleApp(app: LoadedApp): AssembledApp {
  const { files = [], sources = [], endpoints = {} } = app;
  const registrations = new Registrations(app.runtime?.registrations);
  const actors = toActors(app.actors ?? {}, findActors(files));
  const kindFaults = findKindFaults(sources);
  const faults = [
    ...actors.faults,
    ...registerEvents(registrations, app, files),
    ...registerPollers(registrations, app, files),
    ...kindFaults.values(),
  ];
  const runtime = createRuntimeOn(registrations);
  registerTriggers(runtime, app.triggers);
  for (const [name, given] of Object.entries(app.hooks ?? {})) {
    for (const hook of [given].flat()) runtime.onTrigger(name, hook);
  }
  const kinds = sources.filter((kind) => !kindFaults.has(kind));
  const emptyFiles = findEmptyFiles(files);
  return { actors: actors.actors, registrations, endpoints, kinds, emptyFiles, faults };
}

function toActors(
  listed: Actors,
  found: readonly FoundPart<ActorClass>[],
): { readonly actors: Actors; readonly faults: readonly string[] } {
  const wrong = Object.entries(listed).filter(([, actor]) => typeof actor !== 'function');
  const toFault = (name: string) =>
    `actor "${name}": expected the class itself, not an object of it: leave out new and ()`;
  const { parts, faults } = select('actor', found, new Map(Object.entries(listed)));
  const actors = { ...Object.fromEntries(parts.map(({ name, part }) => [name, part])), ...listed };
  for (const [name] of wrong) delete actors[name];
  return { actors, faults: [...wrong.map(([name]) => toFault(name)), ...faults] };
}

function registerEvents(
  registrations: Registrations,
  { events = {} }: AppDefinition,
  files: readonly AppFile[],
): readonly string[] {
  const listed = Array.isArray(events)
    ? events.map((event) => [event.name, event] as const)
    : Object.entries(events);
  for (const [name, definition] of listed) registrations.addEvent({ ...definition, name });
  const { parts, faults } = select('event', findEvents(files), registrations.events);
  for (const { name, part } of parts) registrations.addEvent({ ...part, name });
  return [...findEventFaults(files), ...faults];
}

function registerPollers(
  registrations: Registrations,
  { pollers = [] }: AppDefinition,
  files: readonly AppFile[],
): readonly string[] {
  for (const poller of pollers) registrations.addPoller(poller);
  const { parts, faults } = select('poller', findPollers(files), registrations.pollers);
  for (const { part } of parts) registrations.addPoller(part);
  return faults;
}

function registerTriggers(runtime: Runtime, triggers: AppDefinition['triggers'] = {}): void {
  if (!isList(triggers)) {
    for (const [name, trigger] of Object.entries(triggers)) runtime.registerTrigger(name, trigger);
    return;
  }
  for (const trigger of triggers) registerOne(runtime, trigger);
}

/** An event has neither a form, nor a type, nor an actor. */
function registerOne(runtime: Runtime, trigger: NamedTrigger): void {
  if ('form' in trigger) runtime.registrations.add(trigger);
  else if ('type' in trigger && trigger.type !== undefined) {
    runtime.registrations.add(defineTrigger(trigger as ManualTrigger<z.ZodType>));
  } else if ('actor' in trigger) {
    const { name, ...rest } = trigger as CodeTrigger & { name: string };
    runtime.registerTrigger(name, rest);
  } else runtime.registrations.add(trigger as Definition);
}

function isList(
  triggers: NonNullable<AppDefinition['triggers']>,
): triggers is readonly NamedTrigger[] {
  return Array.isArray(triggers);
}

/** Leaves out what is listed, by name or by itself, and what is found twice. */
function select<T>(
  what: string,
  found: readonly FoundPart<T>[],
  listed: ReadonlyMap<string, unknown>,
): { readonly parts: readonly FoundPart<T>[]; readonly faults: readonly string[] } {
  const known = new Set(listed.values());
  const parts = new Map<string, FoundPart<T>>();
  const faults: string[] = [];
  for (const one of found) {
    if (listed.has(one.name) || known.has(one.part)) continue;
    const twin = parts.get(one.name) ?? [...parts.values()].find(({ part }) => part === one.part);
    if (twin) faults.push(toTwinFault(what, one, twin));
    else parts.set(one.name, one);
  }
  return { parts: [...parts.values()], faults };
}

function toTwinFault<T>(what: string, one: FoundPart<T>, twin: FoundPart<T>): string {
  const files =
    one.path === twin.path ? `twice in ${one.path}` : `in ${twin.path} and in ${one.path}`;
  return `${what} "${one.name}" is found ${files}: rename one, or list the one that is meant in heddle.config.ts`;
}
