import { findNearest } from '../../domain/did-you-mean.ts';
import { type FieldFault, toFieldFault } from '../../domain/field-faults.ts';
import { isFailureName, toFailureName } from '../../domain/on-failure.ts';

/** Names that a trigger may refer to, besides those of other triggers. */
export interface Names {
  readonly actors: readonly string[];
  /** Actors that send their inputs, and so need some. */
  readonly sinks?: readonly string[] | undefined;
  readonly sources: readonly string[];
  /** Kinds of sources. A kind that is not among `sources` needs settings first. */
  readonly kinds?: readonly string[];
  /** Absent: any name is allowed. */
  readonly pollers?: readonly string[] | undefined;
  /** Files in which an actor was expected and none was found, by the name that it would have. */
  readonly emptyFiles?: readonly EmptyFile[];
}

interface EmptyFile {
  readonly name: string;
  readonly folder: string;
  /** `shared/app/actors/greeter.ts exports no class that extends Actor` */
  readonly lack: string;
}

/** Names and references of a trigger, as far as they are written as texts. */
export interface References {
  readonly name?: string;
  readonly source?: string;
  readonly actor?: string;
  readonly onFailure?: string;
  readonly sourceActor?: string;
  readonly sourceTriggers?: readonly string[];
  /** From `poll.poller`. */
  readonly poller?: string;
}

const FIELDS = ['name', 'source', 'actor', 'onFailure', 'sourceActor'] as const;

/** Reads a trigger as written, so that other faults do not hide these. */
export function readReferences(item: unknown): References {
  const given = (item ?? {}) as Readonly<Record<string, unknown>>;
  const { poller } = (given.poll ?? {}) as Readonly<Record<string, unknown>>;
  const { actor: grouped } = (given.onFailure || {}) as Readonly<Record<string, unknown>>;
  const texts = [
    ...FIELDS.map((field) => [field, given[field]]),
    ...[['poller', poller], ...(grouped === undefined ? [] : [['onFailure', grouped]])],
  ];
  const sourceTriggers = [given.sourceTrigger].flat().filter(isText);
  return {
    ...Object.fromEntries(texts.filter(([, value]) => isText(value))),
    ...(sourceTriggers.length > 0 ? { sourceTriggers } : {}),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Creates the check of a trigger's references, given those of all triggers. */
export function createReferenceCheck(
  all: readonly References[],
  known: Names,
  placeOf: (index: number) => string,
): (index: number) => readonly FieldFault[] {
  const firstOf = new Map<string, number>();
  all.forEach(({ name }, index) => {
    if (name !== undefined && !firstOf.has(name)) firstOf.set(name, index);
  });
  const triggers = toTriggerNames(all);
  return (index) => {
    const { name, source, actor, onFailure, sourceActor, sourceTriggers = [] } = all[index] ?? {};
    const { poller } = all[index] ?? {};
    const first = name === undefined ? undefined : firstOf.get(name);
    return [
      ...(first === undefined || first === index ? [] : [toTaken(name, placeOf(first))]),
      ...findReserved(name),
      ...findUnknownSource(source, known),
      ...findUnknownActor(actor, known),
      ...findFailureFaults(onFailure, known),
      ...findUnknownActor(sourceActor, known, ['sourceActor']),
      ...sourceTriggers.flatMap((one) => findUnknown('trigger', one, triggers, ['sourceTrigger'])),
      ...(known.pollers ? findUnknown('poller', poller, known.pollers, ['poll', 'poller']) : []),
    ];
  };
}

/** @param written the actor of `onFailure`, alone or with how failures are grouped */
export function findFailureFaults(
  written: string | { readonly actor: string } | undefined,
  known: Names,
): readonly FieldFault[] {
  const actor = typeof written === 'object' ? written.actor : written;
  return [...findUnknownActor(actor, known, ['onFailure']), ...findSink(actor, known)];
}

/** Refuses sinks: an actor of `onFailure` gets only the end of the run as its input. */
function findSink(onFailure: string | undefined, { sinks = [] }: Names): readonly FieldFault[] {
  if (onFailure === undefined || !sinks.includes(onFailure)) return [];
  const fix = 'write a trigger with source: completion, sourceTrigger and variables instead';
  return [{ path: ['onFailure'], message: `the actor "${onFailure}" needs inputs: ${fix}` }];
}

function toTriggerNames(all: readonly References[]): readonly string[] {
  const own = all.flatMap(({ name, onFailure }) => {
    if (name === undefined) return [];
    return onFailure === undefined ? [name] : [name, toFailureName(name)];
  });
  return [...new Set(own)];
}

function toTaken(name: string | undefined, place: string): FieldFault {
  return { path: ['name'], message: `the name "${name}" is taken by the trigger in ${place}` };
}

function findReserved(name: string | undefined): readonly FieldFault[] {
  if (name === undefined || !isFailureName(name)) return [];
  const message = `the name "${name}" ends as those that onFailure makes: choose another`;
  return [{ path: ['name'], message }];
}

function findUnknownSource(
  source: string | undefined,
  { sources, kinds = [] }: Names,
): readonly FieldFault[] {
  if (source === undefined || sources.includes(source) || !kinds.includes(source)) {
    return findUnknown('source', source, sources);
  }
  const message = `the source "${source}" needs settings: put them under sources.${source}`;
  return [{ path: ['source'], message }];
}

/** Names the file that was meant to have the actor, if there is one. */
function findUnknownActor(
  given: string | undefined,
  { actors, emptyFiles = [] }: Names,
  path?: readonly string[],
): readonly FieldFault[] {
  const file = emptyFiles.find(({ folder, name }) => folder === 'actors' && name === given);
  if (file === undefined || actors.includes(file.name)) {
    return findUnknown('actor', given, actors, path);
  }
  const message = `unknown actor "${given}": ${file.lack}`;
  return [path === undefined ? { path: ['actor'], message } : toFieldFault(path, message)];
}

/** A longer list does not help in one line. */
const MAX_SHOWN = 40;

export function findUnknown(
  what: string,
  given: string | undefined,
  known: readonly string[],
  path?: readonly string[],
): readonly FieldFault[] {
  if (given === undefined || given === '' || known.includes(given)) return [];
  const nearest = findNearest(given, known);
  const shown = known.length > MAX_SHOWN ? `${known.length} others` : known.join(', ');
  const hint = nearest === undefined ? '' : `: did you mean ${nearest}?`;
  const message = `unknown ${what} "${given}" (known: ${shown || 'none'})${hint}`;
  return [path === undefined ? { path: [what], message } : toFieldFault(path, message)];
}
