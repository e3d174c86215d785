import { COMPLETION_SOURCE } from '../../domain/completion.ts';
import { type FieldFault, toFieldFault } from '../../domain/field-faults.ts';
import type { References } from './references.ts';

/** Fields that decide which ends of runs a trigger matches. */
export interface Listener extends References {
  /** Whether it has conditions or a filter, which may exclude its own runs. */
  readonly isChoosy: boolean;
}

/**
 * Returns why the ends of a trigger's own runs would run it again and again. Undefined if they
 * would not, or if its conditions may prevent it.
 */
export function findOwnLoop(listener: Listener): FieldFault | undefined {
  const { name, actor, sourceActor, sourceTriggers, isChoosy } = listener;
  if (name === undefined || !hears(listener, listener)) return undefined;
  if (sourceTriggers !== undefined) {
    const why = `${name} -> ${name}: every run would cause the next: name another trigger`;
    return toFieldFault(['sourceTrigger'], why);
  }
  if (sourceActor === undefined || isChoosy) return undefined;
  const why = `${name} runs ${actor} itself, so every run would cause the next: add a sourceTrigger, or conditions`;
  return toFieldFault(['sourceActor'], why);
}

/**
 * Finds possible loops, which need not be real ones: triggers that match the ends of all runs,
 * their own included, and triggers that cause each other in a circle.
 */
export function findPossibleLoops(all: readonly Listener[]): readonly PossibleLoop[] {
  const open = all.flatMap((one, index) =>
    hearsAll(one) ? [{ index, message: toHearsAll(one) }] : [],
  );
  const circles = findCircles(all).map((circle) => {
    const first = circle.reduce((least, index) => Math.min(least, index));
    const at = circle.indexOf(first);
    const turned = [...circle.slice(at), ...circle.slice(0, at), first];
    const names = turned.map((index) => all[index]?.name);
    const shown = names.length > MAX_SHOWN ? [...names.slice(0, MAX_SHOWN), '…', names[0]] : names;
    return { index: first, message: `${shown.join(' -> ')}: each of these causes the next` };
  });
  return [...open, ...circles];
}

/** A longer circle does not help in one line. */
const MAX_SHOWN = 10;

export interface PossibleLoop {
  /** Index of the trigger that the warning is about. */
  readonly index: number;
  readonly message: string;
}

function hearsAll({ source, sourceActor, sourceTriggers, isChoosy }: Listener): boolean {
  const isNarrow = (sourceActor ?? sourceTriggers) !== undefined || isChoosy;
  return source === COMPLETION_SOURCE && !isNarrow;
}

function toHearsAll({ name }: Listener): string {
  return `it hears of the ends of all runs, its own among them: leave them out by conditions: { trigger: { ne: ${name} } }`;
}

/** Whether a trigger matches the ends of the runs of `other`. */
function hears({ source, sourceActor, sourceTriggers }: Listener, other: Listener): boolean {
  if (source !== COMPLETION_SOURCE) return false;
  const isActor = sourceActor === undefined || sourceActor === other.actor;
  if (sourceTriggers === undefined) return isActor;
  return isActor && other.name !== undefined && sourceTriggers.includes(other.name);
}

/** Circles of two or more, by index: one for each point where a walk returns to its path. */
function findCircles(all: readonly Listener[]): readonly (readonly number[])[] {
  const findHearers = indexHearers(all);
  const done = new Set<number>();
  return [...all.keys()].flatMap((start) => [...walk(start, findHearers, done)]);
}

/** Iterative, since a chain may be as long as the file. */
function* walk(
  start: number,
  findHearers: (index: number) => readonly number[],
  done: Set<number>,
): Generator<readonly number[]> {
  const way: { readonly at: number; readonly left: number[] }[] = [];
  const enter = (at: number) => {
    if (!done.has(at)) way.push({ at, left: [...findHearers(at)] });
    done.add(at);
  };
  enter(start);
  for (let last = way.at(-1); last; last = way.at(-1)) {
    const next = last.left.pop();
    if (next === undefined) {
      way.pop();
      continue;
    }
    const back = way.findIndex(({ at }) => at === next);
    if (back >= 0 && back < way.length - 1) yield way.slice(back).map(({ at }) => at);
    enter(next);
  }
}

/** Finds the triggers that match a trigger's runs because they name the trigger or its actor. */
function indexHearers(all: readonly Listener[]): (index: number) => readonly number[] {
  const byName = new Map<string, number[]>();
  all.forEach((one, index) => {
    if (one.source !== COMPLETION_SOURCE || one.isChoosy || hearsAll(one)) return;
    for (const name of new Set(one.sourceTriggers ?? [undefined])) {
      const key = toKey(name, one.sourceActor);
      const hearers = byName.get(key);
      if (hearers) hearers.push(index);
      else byName.set(key, [index]);
    }
  });
  return (index) => {
    const { name, actor } = all[index] ?? {};
    const keys = [toKey(name, undefined), toKey(undefined, actor), toKey(name, actor)];
    return keys.flatMap((key) => byName.get(key) ?? []);
  };
}

function toKey(trigger: string | undefined, actor: string | undefined): string {
  return JSON.stringify([trigger ?? null, actor ?? null]);
}
