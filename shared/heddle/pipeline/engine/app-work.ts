import { AsyncLocalStorage } from 'node:async_hooks';
import { InvariantError } from '../../errors/errors.ts';

/** What code of the app is run for: an attempt of a run, or a poll. */
export interface Work {
  /** Fields of the log that name it. */
  readonly about: Readonly<Record<string, string | number>>;
  /** Ends it with an error that its code threw where nobody could catch it. */
  readonly fail: (error: unknown) => void;
}

interface Scope extends Work {
  isOver: boolean;
}

/** Told of all code of the app that begins and ends in this process. */
export interface WorkObserver {
  begin(id: number, about: Work['about']): void;
  end(id: number): void;
}

const scopes = new AsyncLocalStorage<Scope | undefined>();
const observers = new Set<WorkObserver>();
let lastId = 0;

/** @returns a function that ends it */
export function observeWork(observer: WorkObserver): () => void {
  observers.add(observer);
  return () => void observers.delete(observer);
}

/** Runs code of the app. What it throws outside of its promise, in a timer say, is its own. */
export async function withinWork<T>(work: Work, act: () => Promise<T>): Promise<T> {
  const scope: Scope = { ...work, isOver: false };
  lastId += 1;
  const id = lastId;
  for (const observer of observers) observer.begin(id, work.about);
  try {
    return await scopes.run(scope, act);
  } finally {
    scope.isOver = true;
    for (const observer of observers) observer.end(id);
  }
}

/** Runs what belongs to no work, though it may have been started from within one. */
export function outsideOfWork<T>(act: () => T): T {
  return scopes.run(undefined, act);
}

/** Error of an app's code that nobody caught, and what it belongs to. */
export interface Stray {
  readonly about: Work['about'];
  /** False: its work had ended, and is not changed. */
  readonly hasFailed: boolean;
}

/**
 * Fails the work in whose context an error was thrown that nobody caught. Node calls the handlers of
 * such errors in that context.
 * @returns undefined when it belongs to no work, or is a fault of Heddle itself
 */
export function failStrayWork(error: unknown): Stray | undefined {
  const scope = scopes.getStore();
  if (!scope || error instanceof InvariantError) return undefined;
  const { about, isOver } = scope;
  if (!isOver) scope.fail(error);
  return { about, hasFailed: !isOver };
}
