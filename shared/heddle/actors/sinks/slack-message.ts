import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { isSealed } from '../../domain/sealed.ts';
import type { HttpAnswer, HttpClient } from '../../ports/http-client.ts';
import { Actor } from '../actor.ts';
import { toAnswerError } from './answer.ts';
import { optional, text } from './input-fields.ts';
import { HOOKS, isHook, openHook, readHook } from './slack-hook.ts';

/** Slack answers with a few words. */
const MAX_ANSWER_BYTES = 1024;
const TIMEOUT_MS = 10_000;
const MAX_BLOCKS = 50;

const flag = z.union(
  [z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')],
  'expected true or false',
);

const InputSchema = z
  .strictObject({
    url: optional(
      z
        .string()
        .refine((url) => isSealed(url) || isHook(url), `expected a URL that begins with ${HOOKS}`),
    ),
    webhookSetting: optional(
      z.string().regex(/^\w+$/, 'expected the name of an app setting, such as SLACK_WEBHOOK_URL'),
    ),
    text: optional(text('the text')),
    blocks: optional(
      z
        .array(z.custom<JsonObject>(isJsonObject, 'expected a block'), 'expected a list of blocks')
        .min(1, 'expected a block or more')
        .max(MAX_BLOCKS, `expected at most ${MAX_BLOCKS} blocks`),
    ),
    responseType: optional(z.enum(['in_channel', 'ephemeral'], 'expected in_channel or ephemeral')),
    replaceOriginal: optional(flag),
    threadTs: optional(z.string()),
  })
  .refine(
    ({ url, webhookSetting }) => (url === undefined) !== (webhookSetting === undefined),
    'expected either url or webhookSetting',
  )
  .refine((input) => input.text !== undefined || input.blocks !== undefined, {
    error: 'expected text or blocks',
  });

export interface SlackMessageParts {
  readonly http: HttpClient;
  readonly readSecret: (setting: string) => { readonly value: string };
}

/**
 * `slack-message`: posts to Slack, to an incoming webhook or to a `response_url`. Both are secrets.
 * The webhook's URL is kept in an app setting, which the trigger names. A `response_url` comes with
 * a command or an interaction: the `slack` source stores it sealed, and it is opened here for the
 * request alone. Slack accepts five answers there within 30 minutes. Slack has no idempotency key:
 * an attempt repeated after its answer was lost posts twice.
 *
 * Slack reads `<!channel>` and the like in a text as commands: escape a sender's text with
 * `{{ event.title | replace('<', '&lt;') }}`.
 *
 * Input: `url` or `webhookSetting`; `text`, `blocks` or both; `responseType` (in_channel,
 * ephemeral), `replaceOriginal`, `threadTs`. Output: `status`.
 *
 * @example
 * actor: slack-message
 * defaultInputs: { webhookSetting: SLACK_WEBHOOK_URL }
 * variables:
 *   text: Deploying {{ event.text }}
 * @example
 * actor: slack-message
 * variables:
 *   url: '{{ event.response_url }}'
 *   text: Deploying {{ event.text }}
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * @see https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export function createSlackMessageActor({ http, readSecret }: SlackMessageParts) {
  return class SlackMessageActor extends Actor {
    static override readonly input = InputSchema;
    static override readonly takesExactNumbers = true;

    async execute(input: z.infer<typeof InputSchema>) {
      const url =
        input.url === undefined
          ? readHook(readSecret, input.webhookSetting ?? '')
          : openHook(readSecret, input.url);
      const answer = await http.send({
        ...{ url, method: 'POST', timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES },
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(toPayload(input)),
        signal: this.context.signal,
      });
      const refusal = findRefusal(answer);
      if (answer.status !== 200 || refusal.isRefused) {
        throw toAnswerError(answer, { url, expected: '200 ok', reason: refusal.reason });
      }
      return { status: answer.status };
    }
  };
}

function toPayload(input: z.infer<typeof InputSchema>): JsonObject {
  const { responseType, replaceOriginal, threadTs, blocks } = input;
  return {
    ...(input.text !== undefined && { text: input.text }),
    ...(blocks !== undefined && { blocks }),
    ...(responseType !== undefined && { response_type: responseType }),
    ...(replaceOriginal !== undefined && { replace_original: replaceOriginal }),
    ...(threadTs !== undefined && { thread_ts: threadTs }),
  };
}

interface Refusal {
  readonly isRefused: boolean;
  /** Slack's error code, such as `channel_is_archived`. */
  readonly reason: string | undefined;
}

/** Webhooks answer in plain text; a response_url may answer 200 with `{"ok":false,"error":…}`. */
function findRefusal({ body }: HttpAnswer): Refusal {
  const [, ok, error] =
    /^\s*\{\s*"ok"\s*:\s*(true|false)(?:\s*,\s*"error"\s*:\s*"(\w{1,60})")?/.exec(body) ?? [
      undefined,
      undefined,
      body.trim(),
    ];
  const isCode = error !== undefined && /^[a-z]+(?:_[a-z]+)+$/.test(error) && error.length <= 60;
  return { isRefused: ok === 'false', reason: isCode ? error : undefined };
}
