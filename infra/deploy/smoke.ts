import type { EventDetail } from '../../shared/heddle/api/events.ts';
import { CliError } from '../../shared/heddle/cli/cli-error.ts';
import type { SampleRequest } from '../../shared/heddle/cli/samples/sample-request.ts';
import type { Run } from '../../shared/heddle/domain/run.ts';
import { until } from './until.ts';

/** A smoke test: one signed delivery through a deployed app, and what became of it. */
export interface Smoke {
  /** The app's address, without a slash at its end. */
  readonly url: string;
  readonly sample: SampleRequest;
  /** A function key. */
  readonly key: string;
  /** How long each step may take: an app that scales from zero takes minutes to run an event. */
  readonly timeoutMs: number;
  readonly log: (line: string) => void;
}

/** Answers of a platform that is still starting the app. */
const NOT_YET = new Set([404, 429, 502, 503, 504]);
/** The app's own word that a source is not configured, which waiting does not change. */
const FINAL = 'source_unknown';
const ENDED = new Set(['succeeded', 'failed', 'skipped', 'cancelled']);

/** @throws {CliError} with the step that failed, and what to do */
export async function runSmoke(smoke: Smoke): Promise<void> {
  const id = await send(smoke);
  const event = await readEvent(smoke, id);
  if (event.status === 'unmatched') reportUnmatched(smoke, event);
  else await reportRuns(smoke, id);
}

async function send(smoke: Smoke): Promise<string> {
  const { url, sample, log } = smoke;
  const address = `${url}/${sample.path}`;
  log(`1/3 Sending a signed example to ${address} …`);
  const { headers, body } = sample;
  const answer = await ask(smoke, address, { method: 'POST', headers, body });
  if (answer.status !== 202) throw new CliError(toSendFault(answer));
  const { id } = JSON.parse(answer.text) as { readonly id?: string };
  if (id === undefined) throw new CliError(`The app took no event: it answered ${answer.text}`);
  log(`    202: accepted as ${id}`);
  return id;
}

function toSendFault({ status, text }: Answer): string {
  const said = `The webhook was answered ${status} ${text.slice(0, 300)}`;
  if (status === 401) return `${said}\nThe secret that signed it is not the app's: see --secret.`;
  if (status === 500)
    return `${said}\nThe app has no secret for this source, or it cannot be read from the vault yet: see /health, then az functionapp restart.`;
  return said;
}

async function readEvent(smoke: Smoke, id: string): Promise<EventDetail> {
  const { url, key, log } = smoke;
  log('2/3 Reading the event back …');
  const address = `${url}/api/v1/events/${encodeURIComponent(id)}`;
  const answer = await ask(smoke, address, { headers: { 'x-functions-key': key } });
  if (answer.status === 200) return JSON.parse(answer.text) as EventDetail;
  const hint =
    answer.status === 401
      ? 'The key is not one of this app: see --key.'
      : 'The event was accepted, but never recorded: does the function dispatch run?';
  throw new CliError(`The API answered ${answer.status} ${answer.text.slice(0, 300)}\n${hint}`);
}

function reportUnmatched({ log }: Smoke, event: EventDetail): void {
  log(`    recorded, and no trigger takes ${event.source} ${event.type}:`);
  for (const { trigger, ...decision } of event.decisions.slice(0, 10)) {
    const reason = 'clause' in decision ? ` (${decision.clause})` : '';
    log(`      ${trigger}: ${decision.outcome}${reason}`);
  }
  log('3/3 No run to read. The way from the webhook to the store works.');
}

async function reportRuns(smoke: Smoke, id: string): Promise<void> {
  const { log, timeoutMs } = smoke;
  log('3/3 Waiting for its runs …');
  const runs = await until(timeoutMs, async () => {
    const { runs: found } = await readEvent({ ...smoke, log: () => {} }, id);
    return found.length > 0 && found.every(({ status }) => ENDED.has(status)) ? found : undefined;
  });
  if (!runs) {
    throw new CliError(`The runs of ${id} have not ended within ${timeoutMs / 1000} s.`);
  }
  for (const run of runs) log(`    ${run.trigger}: ${run.status}${toReason(run)}`);
  const failed = runs.filter(({ status }) => status === 'failed');
  if (failed.length > 0) throw new CliError(`${failed.length} of ${runs.length} runs failed.`);
}

function toReason(run: Run): string {
  return run.status === 'failed' ? ` (${run.error.code}: ${run.error.message})` : '';
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks again while the answer says that the app is not ready, and until the time is over. */
async function ask({ timeoutMs, url }: Smoke, address: string, init: RequestInit): Promise<Answer> {
  let last: Answer | undefined;
  let reason = '';
  const answer = await until(timeoutMs, async (signal) => {
    try {
      const response = await fetch(address, { ...init, redirect: 'manual', signal });
      last = { status: response.status, text: await response.text() };
      return NOT_YET.has(last.status) && !last.text.includes(FINAL) ? undefined : last;
    } catch (error) {
      reason = (error as { cause?: { code?: string } }).cause?.code ?? String(error);
      return undefined;
    }
  });
  const found = answer ?? last;
  if (found) return found;
  throw new CliError(`Nothing answers at ${url} (${reason}).`);
}
