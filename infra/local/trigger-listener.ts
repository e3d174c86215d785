import type { HostJson } from './settings/host-json.ts';
import type { CoreLog } from './worker/core-api.ts';
import type { HostedFunction } from './worker/hosted-function.ts';
import type { Invoker } from './worker/invoker.ts';

/** Delivers events to one function. HTTP has one front for all functions instead. */
export interface TriggerListener {
  /** Called once the host is ready. */
  start(): void;
  /**
   * Starts no further run. A run in progress continues, and its message is settled before this
   * resolves.
   */
  stop(): void | Promise<void>;
  /** Serves `POST /admin/functions/{name}`; `input` is the text of the caller. */
  runNow(input: string | undefined): Promise<unknown>;
}

export interface ListenerServices {
  invoker: Invoker;
  env: NodeJS.ProcessEnv;
  log: CoreLog;
  hostJson: HostJson;
}

/**
 * Throws when the trigger's options are invalid: that function is then in error, and the others
 * run.
 */
export type ListenerFactory = (fn: HostedFunction, services: ListenerServices) => TriggerListener;
