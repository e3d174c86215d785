import { toEventKey } from '../domain/ids.ts';
import type { TriggerLog } from '../pipeline/counts/index.ts';
import type { Engine } from '../pipeline/engine/index.ts';
import { decide } from '../triggers/match/index.ts';
import type { Warning } from './health.ts';
import type { TriggerView } from './trigger-view.ts';

export interface ViewedParts {
  readonly engine: Engine;
  readonly triggerLog: TriggerLog;
  findWarnings?(): Promise<readonly Warning[]>;
  isDisabledSource?(source: string): boolean;
}

/** Creates a view of the triggers as they are now, with states that are no older than this call. */
export async function viewTriggers(parts: ViewedParts): Promise<TriggerView> {
  const [warnings] = await Promise.all([parts.findWarnings?.(), parts.engine.states.refresh()]);
  return createTriggerView(parts, warnings);
}

/** Creates a view of the triggers as they are now. States may be seconds old. */
export function createTriggerView(
  { engine, triggerLog: log, isDisabledSource = () => false }: ViewedParts,
  warnings: readonly Warning[] = [],
): TriggerView {
  const { store, clock, triggers, states, redact, isScheduling = true } = engine;
  const { listed } = triggers;
  return {
    ...{ store, clock, isScheduling, isDisabledSource },
    get triggers() {
      const all = listed.sources.flatMap((source) => listed.findBySource(source));
      return all.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    get: (name) => listed.get(name),
    stateOf: (name) => states.all.get(name),
    takes: (trigger, type) =>
      listed.match(trigger.source, type).some((candidate) => candidate.trigger === trigger),
    decide(event) {
      const key = toEventKey(event.source, event.id);
      return decide(event, key, triggers, { redact, statusOf: (name) => states.of(name) });
    },
    warningsOf: (name) =>
      warnings.filter(({ trigger }) => trigger === name).map(({ text }) => text),
    readStats: (name) => log.read(name),
    readAllStats: () => log.readAll(),
  };
}
