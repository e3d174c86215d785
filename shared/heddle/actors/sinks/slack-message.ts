import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { isSealed } from '../../domain/sealed.ts';
import type { HttpAnswer } from '../../ports/http-client.ts';
import { Actor } from '../actor.ts';
import { UrlSettingSchema } from '../secret-url.ts';
import { toAnswerError } from './answer.ts';
import { optional, text } from './input-fields.ts';
import { HOOKS, isReachable, openHook, readHook, type SlackReach } from './slack-hook.ts';

/** Slack answers with a few words. */
const MAX_ANSWER_BYTES = 1024;
const TIMEOUT_MS = 10_000;
const MAX_BLOCKS = 50;

const flag = z.union(
  [z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')],
  'expected true or false',
);

const FieldsSchema = z.strictObject({
  url: optional(z.string()),
  urlSetting: optional(UrlSettingSchema),
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
});
type Input = z.infer<typeof FieldsSchema>;

function createSchema(reach: SlackReach) {
  return FieldsSchema.refine(
    ({ url }) => url === undefined || isSealed(url) || isReachable(reach, url),
    { path: ['url'], error: `expected a URL that begins with ${HOOKS}` },
  )
    .refine(
      ({ url, urlSetting, webhookSetting }) =>
        [url, urlSetting, webhookSetting].filter((one) => one !== undefined).length === 1,
      'expected either url, urlSetting or webhookSetting',
    )
    .refine((input) => input.text !== undefined || input.blocks !== undefined, {
      error: 'expected text or blocks',
    });
}

/**
 * `slack-message`: posts to Slack, to an incoming webhook or to a `response_url`. Both are secrets.
 * The webhook's URL is kept in an app setting, which the trigger names. Other hosts than Slack's are
 * refused, except those that HEDDLE_HTTP_ALLOW names. A `response_url` comes with
 * a command or an interaction: the `slack` source stores it sealed, and it is opened here for the
 * request alone. Slack accepts five answers there within 30 minutes. Slack has no idempotency key:
 * an attempt repeated after its answer was lost posts twice.
 *
 * Slack reads `<!channel>` and the like in a text as commands: escape a sender's text with
 * `{{ event.title | replace('<', '&lt;') }}`.
 *
 * Input: `url`, or `urlSetting` (also spelled `webhookSetting`): the app setting that holds it; `text`, `blocks` or both; `responseType` (in_channel,
 * ephemeral), `replaceOriginal`, `threadTs`. Output: `status`.
 *
 * @example
 * actor: slack-message
 * defaultInputs: { urlSetting: SLACK_WEBHOOK_URL }
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
export function createSlackMessageActor(reach: SlackReach) {
  return class SlackMessageActor extends Actor {
    static override readonly input = createSchema(reach);
    static override readonly takesExactNumbers = true;
    static override readonly settingInputs = ['urlSetting', 'webhookSetting'];

    async execute(input: Input) {
      const url =
        input.url === undefined
          ? readHook(reach, input.urlSetting ?? input.webhookSetting ?? '')
          : openHook(reach, input.url);
      const answer = await reach.http.send({
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

function toPayload(input: Input): JsonObject {
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
