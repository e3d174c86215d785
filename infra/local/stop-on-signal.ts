import type { LocalHost } from './local-host.ts';
import { afterOwnTime } from './own-time.ts';

/**
 * The first Ctrl+C stops in order, a second one at once. A host that is still starting stops once it
 * has: its app may have opened files that are to be closed.
 */
export function stopOnSignal(starting: Promise<LocalHost>, patienceMs: number): void {
  let running: LocalHost | undefined;
  let isStopping = false;
  const stop = (host: LocalHost) => {
    announceWait(host);
    stopHost(host, patienceMs);
  };
  const onSignal = () => {
    if (isStopping) process.exit(130);
    isStopping = true;
    if (running) stop(running);
    else console.log('Stopping once the app has started … A second Ctrl+C does not wait.');
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  starting.then(
    (host) => {
      running = host;
      if (isStopping) stop(host);
    },
    // Whoever starts the host reports why it cannot start.
    () => undefined,
  );
}

/** Says which functions a stop waits for, if any run. */
export function announceWait(host: LocalHost): void {
  const names = host.running();
  if (names.length === 0) return;
  console.log(
    `Waiting for running functions: ${names.join(', ')} … A second Ctrl+C does not wait.`,
  );
}

/** Stops the host in order, or without order once that takes too long; then ends the process. */
export function stopHost(host: LocalHost, patienceMs: number): void {
  afterOwnTime(patienceMs, () => giveUp(host, patienceMs));
  host.stop().then(
    () => process.exit(0),
    (error) => {
      console.error('An appTerminate hook failed:', error);
      process.exit(1);
    },
  );
}

function giveUp(host: LocalHost, patienceMs: number): void {
  const [running, listening] = [host.running(), host.listening()].map((names) => names.join(', '));
  const open = listening
    ? `the listener of ${listening} is still open`
    : 'a connection is still open';
  const what = running ? `still running: ${running}` : open;
  console.error(`Stopped after ${patienceMs / 1000} s, ${what}.`);
  process.exit(1);
}
