import { z } from 'zod';
import { parseExactJson } from '../../domain/exact-json.ts';
import type { Json } from '../../domain/json.ts';
import type { HttpAnswer, HttpClient } from '../../ports/http-client.ts';
import { Actor } from '../actor.ts';
import { isExpected, StatusesSchema } from '../expected-status.ts';
import {
  eachHeaderOnce,
  HeaderSettingsSchema,
  readSecretHeaders,
  requireSetting,
  withoutSecretHeaders,
} from '../secret-headers.ts';
import { oneUrl, readUrl, someUrl, UrlSettingSchema, withoutUrl } from '../secret-url.ts';
import { toAnswerError } from './answer.ts';
import { MessageSchema, numeric, optional, text, toText } from './input-fields.ts';

/** Bytes of an answer that are kept with the run. */
const MAX_ANSWER_BYTES = 4096;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

const FieldsSchema = z.strictObject({
  url: text('the URL to send to').optional(),
  urlSetting: optional(UrlSettingSchema),
  method: optional(
    z
      .string()
      .toUpperCase()
      .pipe(z.enum(METHODS, `expected one of ${METHODS.join(', ')}`)),
  ),
  headers: optional(z.record(z.string(), z.string(), 'expected headers, each with a text')),
  headerSettings: optional(HeaderSettingsSchema),
  body: optional(MessageSchema),
  timeoutSeconds: optional(numeric(1, 600)),
  expect: optional(StatusesSchema),
});

const InputSchema = FieldsSchema.refine(...eachHeaderOnce)
  .refine(...someUrl)
  .refine(...oneUrl);

export interface HttpActorParts {
  readonly http: HttpClient;
  readonly readSecret: (setting: string) => { readonly value: string };
}

/**
 * `http`: sends a request. An answer with an unexpected status fails the attempt. 408, 425, 429 and
 * 5xx are retried as the trigger's `retry` says, not before their Retry-After; other statuses fail
 * for good. Redirects are not followed. Addresses of this machine, its network and its cloud are
 * refused, except those in HEDDLE_HTTP_ALLOW.
 *
 * Input: `url`, or `urlSetting`: the app setting that holds the URL, if that is secret, which is then
 * removed from the answer too; `method` (POST); `headers`; `headerSettings`: maps a header to the app setting that
 * holds its secret value, which is read for sending, not stored, and removed where the answer
 * repeats it; `body`: a text, or any JSON, sent as application/json; `timeoutSeconds` (30);
 * `expect` (2xx). An `idempotency-key` that is the same for every attempt and the run's
 * `traceparent` are sent unless `headers` or `headerSettings` has them.
 *
 * Put `headerSettings`, and with it `url` or `urlSetting`, under `defaultInputs`: names of settings
 * are taken from the trigger alone, since the sender of an event could choose which secret goes where.
 *
 * Output: `status` and `body`, parsed where it is JSON, at most 4 KB.
 *
 * @example
 * actor: http
 * defaultInputs:
 *   url: https://deploy.example/hooks/start
 *   headerSettings: { Authorization: DEPLOY_AUTHORIZATION }
 * variables:
 *   body: { commit: '{{ event.pull_request.head.sha[:8] }}' }
 */
export function createHttpActor({ http, readSecret }: HttpActorParts) {
  return class HttpActor extends Actor {
    static override readonly input = InputSchema;
    static override readonly takesExactNumbers = true;
    static override readonly settingInputs = ['urlSetting', 'headerSettings'];

    async execute(input: z.infer<typeof InputSchema>) {
      const { urlSetting, method = 'POST', timeoutSeconds = 30, expect = ['2xx'] } = input;
      const url = urlSetting === undefined ? String(input.url) : readUrl(readSecret, urlSetting);
      const secrets = readSecretHeaders(
        (setting, holds) => requireSetting(readSecret, setting, holds),
        input.headerSettings ?? {},
      );
      const headers = { ...input.headers, ...secrets };
      const { idempotencyKey, signal, traceparent } = this.context;
      const body = input.body === undefined || input.body === null ? undefined : toText(input.body);
      const answer = await http.send({
        ...{ url, method, signal, maxBytes: MAX_ANSWER_BYTES },
        headers: withDefaults(headers, {
          'idempotency-key': idempotencyKey,
          ...(traceparent !== undefined && TRACEPARENT.test(traceparent) && { traceparent }),
          ...(body && { 'content-type': toContentType(body.isJson) }),
        }),
        ...(body && { body: body.text }),
        timeoutMs: timeoutSeconds * 1000,
      });
      if (!isExpected(answer.status, expect)) {
        throw toAnswerError(answer, { url, expected: expect.join(', ') });
      }
      const shown = withoutSecretHeaders(answer.body, secrets);
      const safe = urlSetting === undefined ? shown : withoutUrl(shown, url);
      return { status: answer.status, body: toOutput({ ...answer, body: safe }) };
    }
  };
}

function toContentType(isJson: boolean): string {
  return isJson ? 'application/json' : 'text/plain; charset=utf-8';
}

type Headers = Readonly<Record<string, string>>;

function withDefaults(headers: Headers, defaults: Headers): Headers {
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const missing = Object.entries(defaults).filter(([name]) => !given.has(name));
  return { ...headers, ...Object.fromEntries(missing) };
}

/** JSON that was cut is kept as text. */
function toOutput({ headers, body }: HttpAnswer): Json {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(headers['content-type'] ?? '')) return body;
  try {
    return parseExactJson(body) as Json;
  } catch {
    return body;
  }
}
