import type { EventRecord } from '../../../shared/heddle/domain/event-record.ts';
import { isEnded, type Run, type RunOf } from '../../../shared/heddle/domain/run.ts';
import { LIMIT_STATES, WAITERS } from '../../../shared/heddle/ports/collections.ts';
import type { Model } from './model.ts';
import { CODES } from './script.ts';
import type { Site } from './site.ts';
import { ALL, HEARD, MAX_ATTEMPTS, NAMES, rulesOf, toListener } from './triggers.ts';

/** Lists what is wrong with the final state. */
export async function judge(model: Model, site: Site, isIdle: boolean): Promise<string[]> {
  const [events, runs] = await Promise.all([site.world.events(), site.world.runs()]);
  return [
    ...(isIdle ? [] : ['something is left to do']),
    ...judgeEvents(model, events),
    ...judgeNumbers(model, events, runs),
    ...runs.flatMap((run) => judgeEnd(model, site, run)),
    ...runs.flatMap((run) => judgeExecutions(model, site, run)),
    ...judgeWindows(model, site, runs),
    ...judgeChain(site, events, runs),
    ...judgePaces(runs),
    ...(await judgeLeftovers(site, runs)),
  ];
}

function judgeEvents(model: Model, events: readonly EventRecord[]): string[] {
  const known = new Map(events.map((event) => [event.eventId, event]));
  return model.events.flatMap(({ id }) => {
    const event = known.get(id);
    if (!event) return [`event ${id} is lost`];
    return event.decisions.length > 0 ? [] : [`of event ${id} nothing was decided`];
  });
}

/** Every event has exactly one run for each trigger that it matches, apart from requested ones. */
function judgeNumbers(model: Model, events: readonly EventRecord[], runs: readonly Run[]) {
  const chained = events.filter(({ source }) => source === 'completion');
  const expected = [
    ...model.events.flatMap(({ id, type }) =>
      (type === ALL ? NAMES : [type]).map((trigger) => `${id} ${trigger}`),
    ),
    ...chained.map(({ eventId, data }) => `${eventId} ${toListener(String(data.trigger))}`),
  ];
  const found = runs.filter(({ isReplay }) => !isReplay);
  const names = found.map(({ eventId, trigger }) => `${eventId} ${trigger}`);
  const replays = runs.filter(({ isReplay }) => isReplay).map(({ id }) => id);
  return [
    ...findDifferences('runs', expected, names),
    ...findDifferences('replays', [...model.replays], replays),
  ];
}

function findDifferences(what: string, expected: readonly string[], found: readonly string[]) {
  const [wanted, had] = [expected.toSorted().join(', '), found.toSorted().join(', ')];
  return wanted === had ? [] : [`${what}: expected ${wanted}; found ${had}`];
}

function judgeEnd(model: Model, site: Site, run: Run): string[] {
  const wrong = isEnded(run) ? findWrongEnd(model, site, run) : 'it has not ended';
  return wrong ? [`${name(run)} ${JSON.stringify(toWhy(run))}: ${wrong}`] : [];
}

function findWrongEnd(model: Model, site: Site, run: Run): string | undefined {
  const executions = site.journal.script.executions.filter(({ runId }) => runId === run.id);
  const has = (outcome: string) => executions.some((one) => one.outcome === outcome);
  if (run.status === 'succeeded') return has('succeeded') ? undefined : 'it never did';
  if (run.status === 'cancelled') {
    const may = model.cancelled.has(run.id) || rulesOf(run.trigger).replaces;
    return may ? undefined : 'nobody wanted it cancelled';
  }
  if (run.status === 'skipped') return findWrongSkip(model, site, run);
  return run.status === 'failed' ? findWrongFailure(site, run, has('forGood')) : undefined;
}

function findWrongFailure(site: Site, run: RunOf<'failed'>, isTold: boolean): string | undefined {
  const { code } = run.error;
  if (code === CODES.forGood) return isTold ? undefined : 'it was not told to';
  const failures = run.attempts.filter(({ outcome }) => outcome === 'failed').length;
  if (code === CODES.again) return failures >= MAX_ATTEMPTS ? undefined : 'too early';
  if (code !== 'deliveries_exhausted') return 'nobody told it to';
  const isGivenUp = site.journal.givenUp.some(({ body }) => isAbout(body, run));
  return isGivenUp ? undefined : 'its message was not given up';
}

function isAbout(body: string, run: Run): boolean {
  const message = JSON.parse(body);
  if (message.kind === 'run') return message.runId === run.id;
  // A line's message is about no run of its own: it is sent anew when it is given up.
  return message.kind === 'event' && message.event.id === run.eventId;
}

function findWrongSkip(model: Model, site: Site, run: Run): string | undefined {
  if (run.status !== 'skipped' || !run.held) return 'without a limit';
  const { limit } = run.held;
  if (!rulesOf(run.trigger).skips.includes(limit)) return 'the trigger has no such limit';
  const [created, ended] = [Date.parse(run.createdAt), Date.parse(run.endedAt)];
  if (limit === 'paused' && !model.wasPaused(run.trigger, created, ended)) {
    return 'the trigger was not paused';
  }
  if (rulesOf(run.trigger).window && !findWindow(site, run)) return 'no window has its event';
  if (run.trigger === 'lasting' && !isKeptInstead(site, run)) return 'none was kept in its place';
  return undefined;
}

function findWindow(site: Site, run: Run): Run | undefined {
  const by = run.status === 'skipped' ? run.held?.by : undefined;
  const window = site.journal.latest(by ?? '');
  return window?.gathered?.members.includes(run.eventKey) ? window : undefined;
}

/** True when the later run for which it was skipped, directly or through others, was kept. */
function isKeptInstead(site: Site, run: Run): boolean {
  const seen = new Set<string>();
  for (let one: Run | undefined = run; one && !seen.has(one.id); ) {
    seen.add(one.id);
    if (one.status !== 'skipped') return true;
    one = site.journal.latest(one.held?.by ?? '');
  }
  return false;
}

/** A crash repeats at most what was in progress, and without a crash no success is repeated. */
function judgeExecutions(model: Model, site: Site, run: Run): string[] {
  const executions = site.journal.script.executions.filter(({ runId }) => runId === run.id);
  const alive = executions.filter(({ host, outcome }) => !host.isDead && outcome === 'succeeded');
  const failures = run.attempts.filter(({ outcome }) => outcome === 'failed').length;
  const isTooOften = failures > MAX_ATTEMPTS && !model.resubmitted.has(run.id);
  const most = run.attempts.length + site.crashes + site.freezes;
  return [
    ...(isTooOften ? [`${name(run)}: tried again after ${failures} failures`] : []),
    ...(executions.length > most ? [`${name(run)}: executed ${executions.length} times`] : []),
    ...(alive.length > 1 + site.freezes ? [`${name(run)}: succeeded ${alive.length} times`] : []),
  ];
}

/** No more runs begin within a period than their throttle says. */
function judgePaces(runs: readonly Run[]): string[] {
  return NAMES.flatMap((trigger) => {
    const { pace } = rulesOf(trigger);
    if (!pace) return [];
    const begun = runs.flatMap((run) => (run.trigger === trigger ? toBegin(run) : [])).toSorted();
    const isTooSoon = (at: number, n: number) =>
      at - (begun[n - pace.limit] ?? Number.NEGATIVE_INFINITY) < pace.ms;
    const tooSoon = begun.filter(isTooSoon).map((at) => new Date(at).toISOString());
    return tooSoon.length > 0 ? [`${trigger}: too soon at ${tooSoon.join(', ')}`] : [];
  });
}

function toBegin(run: Run): readonly number[] {
  const [first] = run.attempts;
  // A run that is given up has an attempt that may never have begun.
  if (run.status === 'failed' && run.error.code === 'deliveries_exhausted') return [];
  return first ? [Date.parse(first.startedAt)] : [];
}

/** Each event is in one window, and was in the input of its run. */
function judgeWindows(model: Model, site: Site, runs: readonly Run[]): string[] {
  const own = runs.filter(({ trigger, isReplay }) => rulesOf(trigger).window && !isReplay);
  const windows = own.filter(({ gathered }) => gathered !== undefined);
  const numberOf = (key: string) => {
    const id = own.find(({ eventKey }) => eventKey === key)?.eventId;
    return model.events.find((event) => event.id === id)?.n;
  };
  return [
    ...own.flatMap((run) => {
      const having = windows.filter(
        ({ trigger, gathered }) =>
          trigger === run.trigger && gathered?.members.includes(run.eventKey),
      );
      // Events that were held, cancelled or given up before, or restarted after that, are in no
      // window.
      const isNone = run.status !== 'succeeded' || model.resubmitted.has(run.id);
      const isAlone = having.length === 0 && run.status !== 'skipped' && isNone;
      return having.length === 1 || isAlone ? [] : [`${name(run)} is in ${having.length} windows`];
    }),
    ...windows.flatMap((run) => {
      const members = run.gathered?.members ?? [];
      const size = rulesOf(run.trigger).window?.size ?? 0;
      const wrong = site.journal.script.executions.filter(
        ({ runId, handed }) => runId === run.id && handed.join() !== members.map(numberOf).join(),
      );
      return [
        ...(members.length > size ? [`${name(run)} has taken in ${members.length} events`] : []),
        ...wrong.map(({ handed }) => `${name(run)} was handed ${handed}`),
      ];
    }),
  ];
}

/** Every end of a run is reported once. */
function judgeChain(site: Site, events: readonly EventRecord[], runs: readonly Run[]): string[] {
  const heard = events
    .filter(({ source }) => source === 'completion')
    .map(({ data, type }) => `${data.run_id} ${type}`);
  const told = runs.filter(
    ({ trigger, status }) => HEARD.includes(trigger) && status !== 'skipped',
  );
  return [
    ...told.flatMap((run) =>
      heard.includes(`${run.id} ${run.status}`) ? [] : [`the end of ${name(run)} is not heard of`],
    ),
    ...heard.flatMap((end) => {
      const [id = '', status] = end.split(' ');
      const isTrue = site.journal.historyOf(id).some(({ run }) => run.status === status);
      return isTrue ? [] : [`an end is heard of that never was: ${end}`];
    }),
  ];
}

async function judgeLeftovers({ world }: Site, runs: readonly Run[]): Promise<string[]> {
  const { store, clock } = world;
  const now = new Date(clock.now()).toISOString();
  const waiters = (await store.list(WAITERS, { limit: 1000 })).items;
  const states = (await store.list(LIMIT_STATES, { limit: 1000 })).items;
  const holders = states.flatMap((state) => (state.kind === 'slots' ? state.holders : []));
  const kept = new Set((await world.deadLetters()).flatMap(({ runIds }) => runIds));
  const failed = runs.filter(({ status }) => status === 'failed');
  return [
    ...waiters.map(({ id }) => `run ${id} still waits`),
    ...holders.filter(({ until }) => until > now).map(({ runId }) => `run ${runId} has a slot`),
    ...failed.filter(({ id }) => !kept.has(id)).map((run) => `${name(run)} is not kept as failed`),
  ];
}

function name({ id, trigger, eventId, status, isReplay }: Run): string {
  return `${isReplay ? 'replay' : 'run'} ${id} of ${trigger} for ${eventId}, ${status}`;
}

function toWhy(run: Run): unknown {
  if (run.status === 'failed') return run.error;
  return run.status === 'skipped' || run.status === 'queued' ? run.held : undefined;
}
