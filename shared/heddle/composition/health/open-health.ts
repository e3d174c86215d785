import type { Config } from '../../config/config.ts';
import type { LiveEngine } from '../../pipeline/engine/index.ts';
import type { Receive } from '../../pipeline/ingest/index.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Clock } from '../../ports/clock.ts';
import { TICKS } from '../../ports/collections.ts';
import type { OpenBackend } from '../open-backend.ts';
import type { NamedSource } from '../running-sources.ts';
import type { ScheduleClock } from '../schedule-clock.ts';
import type { TriggerWarnings } from '../trigger-warnings.ts';
import type { ChangedFiles } from './changed-files.ts';
import { HealthCheck } from './health-check.ts';
import { watchHostRefusals } from './host-refusals.ts';
import { guardIntake } from './intake.ts';
import { findReceiveRefusal, findStoreRefusal, IntakeGate } from './intake-gate.ts';
import { PartStates } from './part-states.ts';
import { SourceStates } from './source-states.ts';
import { TryLog } from './try-log.ts';
import type { Vitals } from './vitals.ts';

interface Opening {
  readonly config: Pick<Config, 'isDispatching' | 'concurrency'>;
  readonly world: Pick<OpenBackend, 'parts' | 'unused'> & { readonly backend: Backend };
  readonly engine: LiveEngine;
  readonly sources: readonly NamedSource[];
  readonly vitals: Vitals;
  readonly clock: Clock;
  readonly faults: readonly string[];
  readonly changed: ChangedFiles;
  readonly warnings: Pick<TriggerWarnings, 'find'>;
  /** False: the triggers and sources are unknown. */
  readonly isReadable: boolean;
}

/** The app's health, and the gate that is closed where it could not do its work. */
export interface OpenHealth {
  readonly gate: IntakeGate;
  /** Refuses deliveries while the gate is closed, and remembers those that were refused. */
  guard(receive: Receive): Receive;
  createCheck(schedules: Pick<ScheduleClock, 'findFaults' | 'lastTick'>): HealthCheck;
  close(): void;
}

export function openHealth(opening: Opening): OpenHealth {
  const { config, world, engine, vitals, clock, faults: startFaults, warnings } = opening;
  const { isDispatching, concurrency: capacity } = config;
  const gate = createGate(opening);
  const deliveries = new TryLog(clock);
  const sources = new SourceStates(opening.sources);
  const parts = new PartStates(world.parts, world.unused, clock);
  const close = watchHostRefusals(deliveries);
  const { backend } = world;
  return {
    ...{ gate, close },
    guard: (receive) => guardIntake(sources.observe(receive), gate, deliveries),
    createCheck: (schedules) =>
      new HealthCheck({
        ...{ engine, backend, schedules, vitals, gate, deliveries, parts, sources },
        ...{ startFaults, warnings, isDispatching, capacity, clock, changed: opening.changed },
      }),
  };
}

/** Closes while messages could not be read. Whoever knows another reason adds it to the gate. */
function createGate({ engine, vitals, isReadable }: Opening): IntakeGate {
  const gate = new IntakeGate();
  const readAgain = createReader(engine);
  gate.add(() => (isReadable ? undefined : UNREADABLE));
  gate.add(() => findReceiveRefusal(vitals));
  gate.add(() => findStoreRefusal(vitals, readAgain));
  return gate;
}

const UNREADABLE = {
  code: 'definitions_unreadable',
  text: 'the triggers and sources cannot be read',
  retryAfter: 60,
};

/** Reads the store, once at a time: the vitals learn whether it can be read again. */
function createReader({ store }: Pick<LiveEngine, 'store'>): () => void {
  let isReading = false;
  const end = () => {
    isReading = false;
  };
  return () => {
    if (isReading) return;
    isReading = true;
    store.read(TICKS, 'tick').then(end, end);
  };
}
