import type { LocalHost } from '../local-host.ts';
import { announceWait, stopHost } from '../stop-on-signal.ts';
import type { ListenMessage, LoadedMessage, ReadyMessage, StopMessage } from './messages.ts';

export interface FollowedSupervisor {
  /** Tells the supervisor that the app has loaded. Resolves once it may take requests. */
  askToListen(): Promise<void>;
  reportReady(host: LocalHost): void;
}

/**
 * Begins to follow the supervisor. A terminal sends Ctrl+C to this process too, so signals are left to
 * the supervisor. Node ends the process when the supervisor has gone.
 */
export function followSupervisor(): FollowedSupervisor {
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  process.on('SIGTERM', ignore);
  let running: LocalHost | undefined;
  let stopMs: number | undefined;
  const allowed = Promise.withResolvers<void>();
  process.on('message', (message: StopMessage | ListenMessage) => {
    if (message.type === 'listen') return allowed.resolve();
    const { patienceMs, isLast } = message;
    if (running && isLast) announceWait(running);
    if (running && stopMs === undefined) stopHost(running, patienceMs);
    // A host that is loading stops once it is ready, if that is not too late.
    else setTimeout(() => process.exit(1), patienceMs).unref();
    stopMs = patienceMs;
  });
  return {
    askToListen() {
      tell({ type: 'loaded' });
      return allowed.promise;
    },
    reportReady(host) {
      running = host;
      tell({ type: 'ready', port: host.port });
      if (stopMs !== undefined) stopHost(host, stopMs);
    },
  };
}

function tell(message: LoadedMessage | ReadyMessage): void {
  process.send?.(message);
}
