import { z } from 'zod';
import { DurationSchema } from '../../domain/duration.ts';
import type { JsonObject } from '../../domain/json.ts';
import { RetryableError } from '../../errors/errors.ts';
import { isExpected, StatusesSchema } from '../expected-status.ts';
import { fireEach, type PollContext, Poller, type PollResult, skip } from '../poller.ts';
import { eachHeaderOnce } from '../secret-headers.ts';
import { oneUrl } from '../secret-url.ts';
import { httpFields, someUrl, type Target, toHeaders, toTarget } from './http-options.ts';
import { toKnown } from './known-state.ts';

/** The body is not used. */
const MAX_BYTES = 1024;

const FieldsSchema = z.strictObject({
  ...httpFields,
  method: z.enum(['GET', 'HEAD'], 'expected GET or HEAD').default('GET'),
  expect: StatusesSchema.default(['200-299']),
  failures: z.int().min(1, 'expected at least 1').max(10_000).default(3),
  recovery: z.boolean().default(false),
  repeatEvery: DurationSchema.pipe(z.number().min(1000, 'expected at least 1s')).optional(),
});
const OptionsSchema = FieldsSchema.refine(...eachHeaderOnce)
  .refine(...someUrl)
  .refine(...oneUrl);
type Options = z.infer<typeof OptionsSchema>;
type ParsedContext = Omit<PollContext, 'options'> & { readonly options: Options };

/** State while the URL fails. */
interface Failing extends JsonObject {
  readonly of: string;
  /** Failures in a row. */
  readonly failures: number;
  /** Time of the first of these failures. ISO 8601, UTC. */
  readonly since: string;
  /** Due time of the last poll that fired `unhealthy`, Unix milliseconds; 0: none yet. */
  readonly toldAt: number;
}

interface Seen {
  readonly status?: number;
  /** Absent: the URL is healthy. */
  readonly error?: string;
}

/**
 * `http-health`: requests a URL and fires `unhealthy` once it has failed `failures` times in a row:
 * by its status, or with no answer in time. It fires again only after a recovery, or at the
 * interval `repeatEvery`; with `recovery: true` the first good answer fires `recovered`.
 *
 * A poll that could not send the request (a forbidden address, an app setting that is not set, the
 * poll's own time up) is a failed poll and says nothing about the service: keep `timeoutSeconds`
 * below the `timeout` of the poll.
 *
 * `urlSetting`, in place of `url`, names the app setting that holds a secret URL, and events have it in
 * its place. `headerSettings` maps a header to the app setting that holds its secret value.
 *
 * `unhealthy` has `url`, `failures`, `status` if there was an answer, `error` and `since`;
 * `recovered` has `url`, `failures`, `status` and `since`.
 *
 * @example
 * poll:
 *   poller: http-health
 *   interval: 30s
 *   with: { url: https://api.example/health, failures: 3, recovery: true }
 * @example
 * poll:
 *   poller: http-health
 *   with: { url: https://api.example/health, headerSettings: { Authorization: API_AUTHORIZATION } }
 */
export class HttpHealthPoller extends Poller {
  override readonly name = 'http-health';
  override readonly pollInterval = '30s';
  override readonly allowConcurrent = false;

  static parseOptions(given: JsonObject): JsonObject {
    return OptionsSchema.parse(given) as JsonObject;
  }

  override async poll(given: PollContext): Promise<PollResult> {
    const context: ParsedContext = { ...given, options: given.options as unknown as Options };
    const target = toTarget(context.options, context);
    const of = `http-health:${target.name}`;
    const known = toKnown<Failing>(context.state, of);
    const seen = await ask(context, target);
    if (seen.error === undefined) return toHealthy(context, { target, known, seen });
    const since = known?.since ?? new Date(context.due).toISOString();
    const failures = (known?.failures ?? 0) + 1;
    return toFailing({ ...context, target }, seen, {
      of,
      failures,
      since,
      toldAt: known?.toldAt ?? 0,
    });
  }
}

async function ask(context: ParsedContext, { url }: Target): Promise<Seen> {
  const { http, options, signal } = context;
  const { method, timeoutSeconds, expect } = options;
  const headers = toHeaders(options, context);
  const timeoutMs = timeoutSeconds * 1000;
  try {
    const asked = { url, method, headers, timeoutMs, maxBytes: MAX_BYTES, signal };
    const { status } = await http.send(asked);
    if (isExpected(status, expect)) return { status };
    return { status, error: `expected the status ${expect.join(', ')}, received ${status}` };
  } catch (error) {
    if (signal.aborted || !(error instanceof RetryableError)) throw error;
    return { error: error.message };
  }
}

interface Healthy {
  readonly target: Target;
  readonly known: Failing | undefined;
  readonly seen: Seen;
}

function toHealthy(
  { options: { recovery } }: ParsedContext,
  { target, known, seen: { status = 0 } }: Healthy,
): PollResult {
  if (known === undefined) return skip();
  const isReported = known.toldAt > 0;
  const { failures, since } = known;
  const recovered = {
    event: 'recovered',
    type: 'http_recovered',
    context: { ...target.shown, failures, status, since },
  };
  return fireEach(recovery && isReported ? [recovered] : [], { state: null });
}

function toFailing(
  { options, due, target }: ParsedContext & { readonly target: Target },
  seen: Seen,
  state: Failing,
): PollResult {
  const { failures: threshold, repeatEvery } = options;
  const { failures, since, toldAt } = state;
  const isAgain = repeatEvery !== undefined && due - toldAt >= repeatEvery;
  if (failures < threshold || (toldAt > 0 && !isAgain)) return skip({ state });
  const context = { ...target.shown, failures, ...seen, since };
  return fireEach([{ event: 'unhealthy', type: 'http_unhealthy', context }], {
    state: { ...state, toldAt: due },
  });
}
