import { COMPLETION_SOURCE } from '../../domain/completion.ts';
import { type FieldFault, toFieldFault } from '../../domain/field-faults.ts';
import type { References } from './references.ts';

/** What decides which ends of runs a trigger hears of. */
export interface Listener extends References {
  /** Whether it has conditions or a filter, which may leave its own runs out. */
  readonly isChoosy: boolean;
}

/**
 * Why a trigger would be run by the ends of its own runs, again and again. Undefined where it would
 * not, or where its conditions may prevent it.
 */
export function findOwnLoop(listener: Listener): FieldFault | undefined {
  const { name, actor, sourceActor, sourceTrigger, isChoosy } = listener;
  if (name === undefined || !hears(listener, listener)) return undefined;
  if (sourceTrigger !== undefined) {
    const why = `${name} -> ${name}: every run would cause the next: name another trigger`;
    return toFieldFault(['sourceTrigger'], why);
  }
  if (sourceActor === undefined || isChoosy) return undefined;
  const why = `${name} runs ${actor} itself, so every run would cause the next: add a sourceTrigger, or conditions`;
  return toFieldFault(['sourceActor'], why);
}

/**
 * What looks like a loop and need not be one: a trigger that hears of all runs, its own among them,
 * and triggers that cause each other in a circle.
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

/** A longer way is no help in one line. */
const MAX_SHOWN = 10;

export interface PossibleLoop {
  /** Of the trigger to which it is told. */
  readonly index: number;
  readonly message: string;
}

function hearsAll({ source, sourceActor, sourceTrigger, isChoosy }: Listener): boolean {
  const isNarrow = sourceActor !== undefined || sourceTrigger !== undefined || isChoosy;
  return source === COMPLETION_SOURCE && !isNarrow;
}

function toHearsAll({ name }: Listener): string {
  return `it hears of the ends of all runs, its own among them: leave them out by conditions: { trigger: { ne: ${name} } }`;
}

/** Whether the ends of the runs of `other` reach a trigger. */
function hears({ source, sourceActor, sourceTrigger }: Listener, other: Listener): boolean {
  if (source !== COMPLETION_SOURCE) return false;
  const isActor = sourceActor === undefined || sourceActor === other.actor;
  return isActor && (sourceTrigger === undefined || sourceTrigger === other.name);
}

/** Circles of two and more, by index. One for each place at which a walk comes back to its way. */
function findCircles(all: readonly Listener[]): readonly (readonly number[])[] {
  const findHearers = indexHearers(all);
  const done = new Set<number>();
  return [...all.keys()].flatMap((start) => [...walk(start, findHearers, done)]);
}

/** Without recursion: a chain may be as long as the file. */
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

/** Who hears of a trigger's runs because it names the trigger or the actor. */
function indexHearers(all: readonly Listener[]): (index: number) => readonly number[] {
  const byName = new Map<string, number[]>();
  all.forEach((one, index) => {
    if (one.source !== COMPLETION_SOURCE || one.isChoosy || hearsAll(one)) return;
    const key = toKey(one.sourceTrigger, one.sourceActor);
    const hearers = byName.get(key);
    if (hearers) hearers.push(index);
    else byName.set(key, [index]);
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
