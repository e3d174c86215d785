import { Actor, type ActorClass } from '../actors/actor.ts';
import type { ModuleEvent, ModuleEventDefinition } from '../actors/module-event.ts';
import { Poller, type PollerClass } from '../actors/poller.ts';
import { checkPoller } from '../actors/pollers/check-poller.ts';
import type { AppFile, AppFolder } from './app-files.ts';

/** A part of an app that a file exports. */
export interface FoundPart<T> {
  readonly name: string;
  readonly part: T;
  readonly path: string;
}

/** Finds the actors that files export, with the names that triggers use. */
export function findActors(files: readonly AppFile[]): readonly FoundPart<ActorClass>[] {
  return of('actors', files).flatMap(({ path, exports }) => {
    const own = toNameOfFile(path);
    const found = listClasses<ActorClass>(exports, Actor, 'execute');
    return found.map(({ name, part }) => {
      const isOwn = found.length === 1 || name === 'default';
      return { name: isOwn ? own : toKebabCase(name), part, path };
    });
  });
}

/** Finds the pollers that files export, with their own names. */
export function findPollers(files: readonly AppFile[]): readonly FoundPart<PollerClass>[] {
  return of('pollers', files).flatMap(({ path, exports }) =>
    listClasses<PollerClass>(exports, Poller, 'poll').map(({ part }) => {
      return { name: checkPoller(part).name, part, path };
    }),
  );
}

/** Finds the events that files export: objects of `defineEvents`, and single events. */
export function findEvents(files: readonly AppFile[]): readonly FoundPart<ModuleEvent>[] {
  return of('events', files).flatMap(({ path, exports }) => {
    const values = [...new Set(Object.values(exports))];
    return values.flatMap(toEvents).map((part) => ({ name: part.name, part, path }));
  });
}

/** Finds definitions of events that lack what makes them events: nothing would enforce their schemas. */
export function findEventFaults(files: readonly AppFile[]): readonly string[] {
  return of('events', files).flatMap(({ path, exports }) => {
    const values = [...new Set(Object.values(exports))];
    return values.flatMap(findUnfinished).map((fault) => `${path}: ${fault}`);
  });
}

function of(folder: AppFolder, files: readonly AppFile[]): readonly AppFile[] {
  return files.filter((file) => file.folder === folder);
}

/**
 * Lists each class once, under the name of its first export that is not the default. A class without
 * the method is abstract.
 */
function listClasses<T extends object>(
  exports: AppFile['exports'],
  base: { readonly prototype: object },
  method: string,
): readonly { readonly name: string; readonly part: T }[] {
  const names = new Map<T, string>();
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value !== 'function' || !(value.prototype instanceof (base as never))) continue;
    if (typeof value.prototype[method] !== 'function') continue;
    const known = names.get(value as never);
    if (known === undefined || known === 'default') names.set(value as never, name);
  }
  return [...names].map(([part, name]) => ({ name, part }));
}

function toEvents(value: unknown): readonly ModuleEvent[] {
  if (isMeant(value)) return isDefinition(value) && 'name' in value ? [value as ModuleEvent] : [];
  return listMeant(value).flatMap(([name, definition]) =>
    isDefinition(definition) ? [{ ...definition, name }] : [],
  );
}

function findUnfinished(value: unknown): readonly string[] {
  if (!isMeant(value)) {
    const wrong = listMeant(value).filter(([, definition]) => !isDefinition(definition));
    return wrong.map(([name]) => `event "${name}": ${NO_SOURCE}`);
  }
  const name: unknown = Reflect.get(value, 'name');
  if (typeof name === 'string') return isDefinition(value) ? [] : [`event "${name}": ${NO_SOURCE}`];
  // With one of the two it may be any other object.
  if (!isDefinition(value) || !hasSchema(value)) return [];
  return ['an event has no name: write it as `defineEvent({ name: …, source: … })`'];
}

/** Lists what an object of `defineEvents` has; nothing if it is another object. */
function listMeant(value: unknown): readonly [string, object][] {
  if (!isObject(value)) return [];
  const entries = Object.entries(value);
  const isEvents =
    entries.every(([, item]) => isObject(item)) && entries.some(([, e]) => isMeant(e));
  return isEvents ? entries : [];
}

const NO_SOURCE = "expected `source`, the name of the module that emits it: source: 'shop'";

/** Whether an object is meant as the definition of an event, finished or not. */
function isMeant(value: unknown): value is object {
  return isObject(value) && (isDefinition(value) || hasSchema(value));
}

function isDefinition(value: object): value is ModuleEventDefinition {
  return typeof Reflect.get(value, 'source') === 'string';
}

function hasSchema(value: object): boolean {
  const schema: unknown = Reflect.get(value, 'schema');
  return isObject(schema) && typeof Reflect.get(schema, 'safeParse') === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The name of a file's part: `actors/sendInvoice.ts` → `send-invoice`. */
export function toNameOfFile(path: string): string {
  return toKebabCase(path.replace(/^.*[\\/]/, '').replace(/\.ts$/, ''));
}

/** `SendInvoice` → `send-invoice`, `PDFReader` → `pdf-reader`. */
function toKebabCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/_/g, '-')
    .toLowerCase();
}
