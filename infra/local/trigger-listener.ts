import type { HostJson } from './settings/host-json.ts';
import type { CoreLog } from './worker/core-api.ts';
import type { HostedFunction } from './worker/hosted-function.ts';
import type { Invoker } from './worker/invoker.ts';

/** What brings events to one function. HTTP has one front for all functions instead. */
export interface TriggerListener {
  /** Called once the host is ready. */
  start(): void;
  /** Starts no further run; one under way goes on, and what it came from is settled before this resolves. */
  stop(): void | Promise<void>;
  /** `POST /admin/functions/{name}`; `input` is the text the caller gave. */
  runNow(input: string | undefined): Promise<unknown>;
}

export interface ListenerServices {
  invoker: Invoker;
  env: NodeJS.ProcessEnv;
  log: CoreLog;
  hostJson: HostJson;
}

/** Throws when the trigger's options are wrong: that function is then in error, the others run. */
export type ListenerFactory = (fn: HostedFunction, services: ListenerServices) => TriggerListener;
