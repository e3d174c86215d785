import type { LocalHost } from './local-host.ts';

const defaultPatienceMs = 10_000;

/** The first Ctrl+C stops in order, a second one at once. */
export function stopOnSignal(host: LocalHost): void {
  let isStopping = false;
  const onSignal = () => {
    if (isStopping) process.exit(130);
    isStopping = true;
    announceWait(host);
    stopHost(host);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
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
export function stopHost(host: LocalHost, patienceMs = defaultPatienceMs): void {
  setTimeout(() => giveUp(host, patienceMs), patienceMs);
  host.stop().then(
    () => process.exit(0),
    (error) => {
      console.error('An appTerminate hook failed:', error);
      process.exit(1);
    },
  );
}

function giveUp(host: LocalHost, patienceMs: number): void {
  const names = host.running();
  const what =
    names.length > 0 ? `still running: ${names.join(', ')}` : 'a connection is still open';
  console.error(`Stopped after ${patienceMs / 1000} s, ${what}.`);
  process.exit(1);
}
