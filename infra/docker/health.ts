/**
 * The health check of the container, which has no curl: code 0 while deliveries are accepted (healthy
 * or degraded), else 1. What it prints is kept by `docker inspect`.
 *
 * @example node host/health.mjs 7071
 */

/** Within the time that the container gives a check, and more than /health takes. */
const PATIENCE_MS = 5_000;

const [port = '7071'] = process.argv.slice(2);

try {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal });
  console.log(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  const { cause, message } = error as Error;
  console.log(`/health did not answer: ${cause instanceof Error ? cause.message : message}`);
  process.exitCode = 1;
}
