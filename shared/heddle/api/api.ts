import type { TriggerLog } from '../pipeline/counts/index.ts';
import type { Engine } from '../pipeline/engine/index.ts';
import type { LiveClients } from '../ports/live-clients.ts';
import type { Health, Warning } from './health.ts';
import type { SourceView } from './sources.ts';

/** The parts of the app that handlers of routes work with. */
export interface Api {
  readonly engine: Engine;
  readonly triggerLog: TriggerLog;
  readonly liveClients: Pick<LiveClients, 'createUrl'>;
  /** Whether the app runs in Azure, where the host asks for keys. */
  readonly isAzure: boolean;
  /** @throws {RetryableError} where the triggers are unknown, so that no event may be taken in */
  assertAccepting(): Promise<void>;
  listSources(): Promise<{ readonly items: readonly SourceView[] }>;
  checkHealth(): Promise<Health>;
  /** Finds what is probably not meant in the triggers. */
  findWarnings(): Promise<readonly Warning[]>;
  /** Notes in the log that a call which would have changed something was refused. */
  noteRefused?(route: string, error: unknown): void;
  /** Whether a source is disabled: its deliveries are refused. */
  isDisabledSource?(source: string): boolean;
}
