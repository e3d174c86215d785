import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseExactJson } from '../../domain/exact-json.ts';
import { isDeeperThan, type Json, type JsonObject } from '../../domain/json.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { HttpAnswer } from '../../ports/http-client.ts';
import { fireEach, type PollContext, Poller, type PollResult, skip } from '../poller.ts';
import { eachHeaderOnce } from '../secret-headers.ts';
import { oneUrl } from '../secret-url.ts';
import { toAnswerError } from '../sinks/answer.ts';
import { httpFields, someUrl, type Target, toHeaders, toTarget } from './http-options.ts';
import { toKnown } from './known-state.ts';

/** A larger body is not put into the event; an actor that needs it can fetch it. */
const MAX_SHOWN_BYTES = 65_536;
const MAX_SHOWN_DEPTH = 40;

const FieldsSchema = z.strictObject({
  ...httpFields,
  maxBytes: z
    .int()
    .min(1, 'expected at least 1')
    .max(20_000_000, 'expected at most 20000000')
    .default(1_000_000),
  includeBody: z.boolean().default(false),
  onMissing: z.enum(['error', 'fire'], 'expected error or fire').default('error'),
});
const OptionsSchema = FieldsSchema.refine(...eachHeaderOnce)
  .refine(...someUrl)
  .refine(...oneUrl);
type Options = z.infer<typeof OptionsSchema>;
type ParsedContext = Omit<PollContext, 'options'> & { readonly options: Options };

/** The answer last seen at the URL. */
interface Version {
  readonly etag?: string;
  /** SHA-256 of the body, in hex; absent where the body was too large. */
  readonly hash?: string;
}

/** Neither ETag nor hash: nothing was there (404, 410). */
type Known = JsonObject & Version & { readonly of: string };

/**
 * `http-change`: requests a URL and fires `changed` when its answer differs from the previous
 * poll's: by its ETag if it has one, and by a hash of the body. The first poll takes the answer as
 * known. A status other than 2xx or 304 is a failed poll and changes nothing; with
 * `onMissing: fire`, a 404 or 410 fires `missing` once, and the return of the answer fires
 * `changed`.
 *
 * `changed` has `url`, `status`, `etag` and `hash` where known, `previous` (the former ETag and
 * hash) and, with `includeBody`, a `body` of up to 64 KB, parsed if it is JSON. `missing` has
 * `url`, `status`, `previous`.
 *
 * `urlSetting`, in place of `url`, names the app setting that holds a secret URL, and events have it in
 * its place. `headerSettings` maps a header to the app setting that holds its secret value. The value is
 * removed from the body where the answer repeats it.
 *
 * @example
 * poll:
 *   poller: http-change
 *   interval: 5m
 *   with: { url: https://example.com/prices.json, includeBody: true }
 * @example
 * poll:
 *   poller: http-change
 *   with: { url: https://api.example/prices, headerSettings: { X-Api-Key: PRICES_KEY } }
 */
export class HttpChangePoller extends Poller {
  override readonly name = 'http-change';
  override readonly pollInterval = '5m';

  static parseOptions(given: JsonObject): JsonObject {
    return OptionsSchema.parse(given) as JsonObject;
  }

  override async poll(given: PollContext): Promise<PollResult> {
    const context: ParsedContext = { ...given, options: given.options as unknown as Options };
    const { onMissing } = context.options;
    const target = toTarget(context.options, context);
    const of = `http-change:${target.name}`;
    const known = toKnown<Known>(context.state, of);
    const answer = await ask(context, target, known);
    const { status } = answer;
    if (status === 304 && known?.etag !== undefined) return skip();
    if (onMissing === 'fire' && (status === 404 || status === 410)) {
      return toMissing(known, { target, status, of });
    }
    if (status < 200 || status > 299)
      throw toAnswerError(answer, { url: target.url, expected: '2xx' });
    return toResult(context, answer, { target, known });
  }
}

function ask(context: ParsedContext, { url }: Target, known: Known | undefined) {
  const { http, options, signal } = context;
  const { timeoutSeconds, maxBytes } = options;
  const headers = toHeaders(options, context);
  return http.send({
    ...{ url, method: 'GET', timeoutMs: timeoutSeconds * 1000, bodyAs: 'base64', signal },
    // One byte more than allowed shows whether the body was cut.
    maxBytes: maxBytes + 1,
    headers: known?.etag === undefined ? headers : { ...headers, 'if-none-match': known.etag },
  });
}

function toMissing(
  known: Known | undefined,
  { target: { shown }, status, of }: { target: Target; status: number; of: string },
): PollResult {
  const wasThere = known !== undefined && hasVersion(known);
  const missing = {
    event: 'missing',
    type: 'http_missing',
    context: { ...shown, status, previous: toPrevious(known) },
  };
  return fireEach(wasThere ? [missing] : [], { state: { of } });
}

function toResult(
  { options: { maxBytes, includeBody } }: ParsedContext,
  answer: HttpAnswer,
  { target, known }: { readonly target: Target; readonly known: Known | undefined },
): PollResult {
  const body = Buffer.from(answer.body, 'base64');
  const version = toVersion(answer, body, maxBytes);
  const state = { of: `http-change:${target.name}`, ...version };
  if (known === undefined || isSame(known, version)) return skip({ state });
  const isShown = includeBody && body.length <= Math.min(MAX_SHOWN_BYTES, maxBytes);
  const context = {
    ...{ ...target.shown, status: answer.status, ...version, previous: toPrevious(known) },
    ...(isShown ? { body: toShown(answer, body) } : {}),
  };
  return fireEach([{ event: 'changed', type: 'http_changed', context }], { state });
}

/** @throws {TerminalError} `body_too_large` when the body was cut and there is no ETag */
function toVersion({ headers: { etag } }: HttpAnswer, body: Buffer, maxBytes: number): Version {
  if (body.length <= maxBytes) {
    const hash = createHash('sha256').update(body).digest('hex');
    return etag === undefined ? { hash } : { etag, hash };
  }
  if (etag !== undefined) return { etag };
  throw new TerminalError(
    'body_too_large',
    `expected a body of at most ${maxBytes} bytes, or an ETag, received more and none: raise maxBytes`,
  );
}

/** The body's hash decides too: servers behind one address may disagree on its ETag. */
function isSame(known: Version, { etag, hash }: Version): boolean {
  if (etag !== undefined && etag === known.etag) return true;
  return hash !== undefined && hash === known.hash;
}

function hasVersion({ etag, hash }: Version): boolean {
  return etag !== undefined || hash !== undefined;
}

function toPrevious(known: Version | undefined): Json {
  if (known === undefined || !hasVersion(known)) return null;
  const { etag, hash } = known;
  return { ...(etag === undefined ? {} : { etag }), ...(hash === undefined ? {} : { hash }) };
}

function toShown({ headers }: HttpAnswer, body: Buffer): Json {
  const text = body.toString('utf8');
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(headers['content-type'] ?? '')) return text;
  try {
    const json = parseExactJson(text) as Json;
    return isDeeperThan(json, MAX_SHOWN_DEPTH) ? text : json;
  } catch {
    return text;
  }
}
