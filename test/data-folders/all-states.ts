import type { Contents, ShownRun } from './contents.ts';

const LIMITS = ['maxConcurrent', 'allowConcurrent', 'cooldown', 'dedupe', 'debounce', 'batch'];
const STATUSES = ['queued', 'running', 'succeeded', 'failed', 'skipped', 'cancelled'];

/** A process that opens the folder takes up interrupted runs within this. */
const TAKEN_UP_MS = 15_000;
/** Tests see what is not due within this. */
const NOT_DUE_MS = 180_000;

/** @throws where a folder in the making has missed a state that it is to have */
export function assertAllStates(contents: Contents, killedAt: string): void {
  const { runs } = contents;
  const missing = [...findMissingOfRuns(runs, killedAt), ...findMissingOfOthers(contents)];
  if (missing.length > 0) throw new Error(`the data folder has no ${missing.join(', no ')}`);
}

function findMissingOfRuns(runs: readonly ShownRun[], killedAt: string): readonly string[] {
  const isDueAfter = ({ dueAt = '' }: ShownRun, ms: number) =>
    Date.parse(dueAt) > Date.parse(killedAt) + ms;
  const isQueued = ({ status }: ShownRun) => status === 'queued';
  const wanted: Readonly<Record<string, (run: ShownRun) => boolean>> = {
    ...Object.fromEntries(STATUSES.map((one) => [`run ${one}`, (run) => run.status === one])),
    ...Object.fromEntries(
      LIMITS.map((one) => [`run held by ${one}`, (run) => run.held?.limit === one]),
    ),
    'run that waits in line for long enough': (run) =>
      run.held?.limit === 'maxConcurrent' && isDueAfter(run, TAKEN_UP_MS),
    'run held by a pause': (run) => isQueued(run) && run.held?.limit === 'paused',
    'run that a pause has skipped': (run) =>
      run.status === 'skipped' && run.held?.limit === 'paused',
    'run interrupted before': ({ status, attempts }) =>
      status === 'running' && attempts.length === 1,
    'run interrupted now': ({ status, attempts }) => status === 'running' && attempts.length === 0,
    'run to be tried again': (run) =>
      run.attempts.at(-1)?.outcome === 'failed' && isDueAfter(run, NOT_DUE_MS),
    'open window': (run) => run.gathered !== undefined && isDueAfter(run, NOT_DUE_MS),
    'replayed run': (run) => run.isReplay && run.status === 'succeeded',
    'replayed run in the queue': (run) => run.isReplay && isQueued(run),
  };
  const isMissing = ([, isIt]: readonly [string, (run: ShownRun) => boolean]) => !runs.some(isIt);
  return Object.entries(wanted)
    .filter(isMissing)
    .map(([what]) => what);
}

function findMissingOfOthers(contents: Contents): readonly string[] {
  const { events, deadLetters, replays, triggers, sources, schedules } = contents;
  const found = {
    'matched event': events.some(({ status }) => status === 'matched'),
    'unmatched event': events.some(({ status }) => status === 'unmatched'),
    'event without its payload': events.some(({ isStripped }) => isStripped),
    'dead letter of an event': deadLetters.some(({ kind }) => kind === 'event'),
    'dead letter of a run': deadLetters.some(({ kind }) => kind === 'run'),
    'replay that is half done': replays.some(
      ({ status, replayed }) => status === 'running' && replayed !== 0,
    ),
    'replay that was aborted': replays.some(({ status }) => status === 'aborted'),
    'paused trigger': triggers.some(({ status }) => status === 'paused'),
    'trigger in error': triggers.some(({ status }) => status === 'error'),
    'source with duplicates': sources.some(({ duplicates }) => duplicates !== 0),
    'failing poller': schedules.some(({ state }) => state === 'failing'),
    'schedule that has fired': schedules.some(
      ({ kind, planned }) => kind === 'schedule' && planned !== 0,
    ),
  };
  return Object.entries(found)
    .filter(([, isThere]) => !isThere)
    .map(([what]) => what);
}
