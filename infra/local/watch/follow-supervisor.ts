import type { LocalHost } from '../local-host.ts';
import { stopHost } from '../stop-on-signal.ts';
import type { ReadyMessage, StopMessage } from './messages.ts';

/** Tells the supervisor that the host is ready. */
export type ReportReady = (host: LocalHost) => void;

/**
 * Begins to follow the supervisor. A terminal sends Ctrl+C to this process too, so signals are left to
 * the supervisor. Node ends the process when the supervisor has gone.
 */
export function followSupervisor(): ReportReady {
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  process.on('SIGTERM', ignore);
  let running: LocalHost | undefined;
  let isToStop = false;
  process.on('message', ({ patienceMs }: StopMessage) => {
    if (running && !isToStop) stopHost(running, patienceMs);
    // A host that is loading stops once it is ready, if that is not too late.
    else setTimeout(() => process.exit(1), patienceMs).unref();
    isToStop = true;
  });
  return (host) => {
    running = host;
    const message: ReadyMessage = { type: 'ready', port: host.port };
    process.send?.(message);
    if (isToStop) stopHost(host);
  };
}
