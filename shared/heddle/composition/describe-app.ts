import { summarize, type TriggerStatus } from '../api/trigger-summary.ts';
import { toShown } from '../domain/decision.ts';
import { toPlainText } from '../domain/plain-text.ts';
import type { Schedule, SchedulePart } from '../domain/schedule.ts';
import { type Trigger, toSourceTriggers, toTypePatterns } from '../domain/trigger.ts';
import type { LiveEngine } from '../pipeline/engine/index.ts';
import type { NamedSource } from './running-sources.ts';

/** Lines of each list. An app may have 1,000 triggers. */
const MAX_LINES = 20;
const MAX_WHAT_CHARS = 60;
const MAX_ACTORS = 40;

type Described = Pick<LiveEngine, 'actors' | 'catalogue' | 'states' | 'redact' | 'clock'>;

/** States are told where the store answers within this time. A start does not wait for it. */
const STATES_WITHIN_MS = 1000;

/**
 * Describes what an app has, for the person who starts it: triggers with their state, sources with
 * the names of settings that hold their secrets, never a value, and actors.
 */
export async function describeApp(
  engine: Described,
  sources: readonly NamedSource[],
): Promise<string> {
  await readStates(engine);
  const { listed } = engine.catalogue.snapshot();
  const all = listed.sources.flatMap((source) => listed.findBySource(source));
  const triggers = all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const text = [
    ...describeTriggers(engine, triggers),
    ...describeSources(sources, new Set(triggers.map(({ source }) => source))),
    describeActors(Object.keys(engine.actors)),
  ].join('\n');
  return engine.redact(text);
}

async function readStates({ states, clock }: Described): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(STATES_WITHIN_MS, resolve);
  await Promise.race([states.refresh().catch(() => undefined), over]);
  cancel();
}

type Row = readonly [name: string, text: string];

function describeTriggers(engine: Described, triggers: readonly Trigger[]): readonly string[] {
  const stateOf = (name: string) => engine.states.of(name);
  const known = triggers.map((trigger) => ({ trigger, ...summarize({ stateOf }, trigger) }));
  const rows = known.slice(0, MAX_LINES).map(({ trigger, status, message }): Row => {
    const state = status === 'active' ? '' : `, ${toState(status)}${toReason(message)}`;
    return [trigger.name, `${trigger.source} ${toWhat(trigger)} → ${trigger.actor}${state}`];
  });
  const statuses = ['paused', 'error', 'disabled'] as const;
  const odd = statuses.flatMap((status) => {
    const count = known.filter((one) => one.status === status).length;
    return count === 0 ? [] : [`${count} ${toState(status)}`];
  });
  const head = `Triggers (${[triggers.length, ...odd].join(', ')})`;
  return toSection(head, rows, toMore(triggers.length - rows.length, 'triggers'));
}

function toState(status: TriggerStatus): string {
  return status === 'error' ? 'in error' : status;
}

function toReason(message: string | undefined): string {
  return message === undefined ? '' : `: ${toPlainText(message)}`;
}

/** Which events: types, a schedule, a poller, or whose ends. */
function toWhat(trigger: Trigger): string {
  return toPlainText(toFullWhat(trigger), MAX_WHAT_CHARS);
}

function toFullWhat(trigger: Trigger): string {
  const { schedule, poll, sourceActor } = trigger;
  if (poll !== undefined) return poll.poller;
  if (schedule !== undefined) return toTimes(schedule);
  const origins = toSourceTriggers(trigger) ?? (sourceActor === undefined ? [] : [sourceActor]);
  if (origins.length > 0) return `of ${origins.join(', ')}`;
  return toTypePatterns(trigger).join(', ');
}

function toTimes({ any, timezone, ...own }: Schedule): string {
  const parts: readonly SchedulePart[] = any ?? [own];
  return parts.map((part) => inZone(toTime(part), part.timezone ?? timezone)).join(', ');
}

function toTime({ cron, at, every, interval }: SchedulePart): string {
  if (interval !== undefined) return `every ${interval / 1000} s`;
  return [cron ?? at ?? every].flat().map(toText).join(', ');
}

function inZone(text: string, timezone: string): string {
  return timezone === 'UTC' ? text : `${text} (${timezone})`;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : toShown(value);
}

/**
 * Lists the sources that the app has named, that triggers name, or that have their secret; a fresh app
 * has many without. Those that refuse what is sent come first.
 */
function describeSources(
  sources: readonly NamedSource[],
  used: ReadonlySet<string>,
): readonly string[] {
  const isWanted = ({ name, kind, common, isOpen, secrets }: NamedSource) =>
    isOpen ||
    name !== kind ||
    common.enabled === false ||
    used.has(name) ||
    secrets.some(({ isSet }) => isSet);
  const wanted = sources.filter(isWanted);
  const sorted = wanted.toSorted((a, b) => Number(isRefusing(b)) - Number(isRefusing(a)));
  const rows = sorted.slice(0, MAX_LINES).map((source): Row => [source.name, toSourceText(source)]);
  const head = `Sources (${sources.length})`;
  return toSection(head, rows, toMore(sources.length - rows.length, 'sources'));
}

function isRefusing({ isOpen, secrets, common }: NamedSource): boolean {
  return common.enabled !== false && !isOpen && isMissing(secrets);
}

function isMissing(secrets: NamedSource['secrets']): boolean {
  return secrets.length > 0 && !secrets.some(({ isSet }) => isSet);
}

function toSourceText({ name, kind, common, source, secrets, isOpen }: NamedSource): string {
  const path = name === kind ? kind : `${kind}/${source.route ?? name}`;
  const state = common.enabled === false ? 'disabled, ' : '';
  return `/webhooks/${path}: ${state}${toSecretText(secrets, isOpen)}`;
}

/** One secret of two is enough: the other is for rotation. */
function toSecretText(secrets: NamedSource['secrets'], isOpen: boolean): string {
  if (isOpen) return 'takes what anybody sends';
  const set = secrets.filter(({ isSet }) => isSet).map(({ setting }) => setting);
  if (set.length > 0) return `${set.join(', ')} present`;
  const [first] = secrets;
  return first ? `${first.setting} missing: what is sent is refused` : 'needs no secret';
}

function describeActors(names: readonly string[]): string {
  const shown = names.slice(0, MAX_ACTORS).toSorted().join(', ');
  const more = names.length > MAX_ACTORS ? ` … and ${names.length - MAX_ACTORS} more` : '';
  return `Actors (${names.length}): ${shown}${more}`;
}

function toSection(head: string, rows: readonly Row[], more: readonly string[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
  return [`${head}:`, ...[...lines, ...more].map((line) => `  ${line}`)];
}

function toMore(count: number, what: string): readonly string[] {
  return count > 0 ? [`… and ${count} more: GET /api/v1/${what}`] : [];
}
