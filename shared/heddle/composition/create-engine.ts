import { createSystemClock } from '../adapters/embedded/system-clock.ts';
import type { Config } from '../config/config.ts';
import {
  InFlight,
  type LiveEngine,
  PollSlots,
  Seats,
  TriggerStates,
  TriggerVersions,
} from '../pipeline/engine/index.ts';
import { TriggerCatalogue } from '../triggers/catalogue/index.ts';
import type { OpenBackend } from './open-backend.ts';
import type { Definitions } from './read-definitions.ts';

/** The duration of a message's lock in Azure. */
const AZURE_LEASE_MS = 60_000;

/** Limit of a chain of runs that cause each other; a longer one looks like a loop. */
const MAX_DEPTH = 10;

type Given =
  | ('clock' | 'logger' | 'http' | 'random' | 'readSecret' | 'redact')
  | ('actors' | 'runtime' | 'seats' | 'triggerLog' | 'onDuplicate');

/** Seats wait in real time, even where the app's clock is fixed. */
export function createSeats({ concurrency, azure }: Config, isOwnBackend: boolean): Seats {
  const hasLanes = !isOwnBackend && azure.backend === undefined;
  return new Seats({ total: concurrency, hasLanes, clock: createSystemClock() });
}

/** Joins the adapters, the definitions and the app's code to the engine of the pipeline. */
export function createEngine(
  { retentionDays, isAzure, lockMs, polls, isScheduling }: Config,
  { backend: { queue, store }, telemetry, probes }: OpenBackend,
  { definitions, ...given }: Pick<LiveEngine, Given> & { readonly definitions: Definitions },
): LiveEngine {
  const kept = { store, clock: given.clock, logger: given.logger };
  return {
    ...{ ...given, queue, store, probes, telemetry, retentionDays, isScheduling },
    catalogue: createCatalogue(definitions),
    pollers: definitions.pollers,
    states: new TriggerStates(kept),
    versions: new TriggerVersions(kept),
    inFlight: new InFlight(),
    pollSlots: new PollSlots(polls, given.clock),
    leaseMs: isAzure ? AZURE_LEASE_MS : 2 * lockMs,
    maxDepth: MAX_DEPTH,
  };
}

function createCatalogue({ triggers, tools }: Definitions): TriggerCatalogue {
  const catalogue = new TriggerCatalogue();
  catalogue.replace('base', triggers, tools);
  return catalogue;
}
