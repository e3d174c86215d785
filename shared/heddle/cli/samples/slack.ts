import { createHmac } from 'node:crypto';
import { CliError } from '../cli-error.ts';
import {
  type SampleOptions,
  type SampleRequest,
  type SampleTools,
  toSampleTools,
} from './sample-request.ts';

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';

interface Content {
  readonly contentType: string;
  readonly body: string;
}

const TEAM = { id: 'TSAMPLE', domain: 'sample' };
const USER = { id: 'USAMPLE', name: 'jane', team_id: TEAM.id };
const CHANNEL = { id: 'CSAMPLE', name: 'general' };

/** Slack's content by type: events as JSON, commands and interactions as forms. */
const CONTENTS: Readonly<Record<string, (tools: SampleTools) => Content>> = {
  message: toCallback({ type: 'message', text: 'hello world', channel_type: 'channel' }),
  app_mention: toCallback({ type: 'app_mention', text: '<@UAPP> hello' }),
  slash_command: toCommand,
  block_actions: toInteraction({
    type: 'block_actions',
    channel: CHANNEL,
    actions: [{ type: 'button', action_id: 'approve', block_id: 'b1', value: '1' }],
  }),
  view_submission: toInteraction({
    type: 'view_submission',
    view: { id: 'VSAMPLE', callback_id: 'form', state: { values: {} } },
  }),
};

/**
 * Signs a request as Slack does.
 * @returns a function that creates it with a fresh id and the present timestamp
 * @throws {CliError} when there is no such example, or the secret is not set
 */
export function createSlackSample(
  type: string,
  readSetting: (name: string) => string,
  options?: SampleOptions,
): () => SampleRequest {
  const tools = toSampleTools(options);
  const createContent = Object.hasOwn(CONTENTS, type) ? CONTENTS[type] : undefined;
  if (!createContent) {
    const known = Object.keys(CONTENTS).join(', ');
    throw new CliError(`There is no example of "${type}". Known types: ${known}`);
  }
  const secret = readSetting('SLACK_SIGNING_SECRET');
  return () => {
    const { contentType, body } = createContent(tools);
    const timestamp = `${toSeconds(tools)}`;
    const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    return {
      path: 'webhooks/slack',
      headers: {
        'content-type': contentType,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${digest}`,
      },
      body,
    };
  };
}

function toCallback(event: object): (tools: SampleTools) => Content {
  return (tools) => {
    const payload = tools.toPayload(() => ({
      type: 'event_callback',
      team_id: TEAM.id,
      api_app_id: 'ASAMPLE',
      event: { user: USER.id, channel: CHANNEL.id, ...event },
      event_id: `Ev${toFreshId(tools)}`,
      event_time: toSeconds(tools),
    }));
    return { contentType: JSON_TYPE, body: JSON.stringify(payload) };
  };
}

/** The payload is the form's fields. */
function toCommand(tools: SampleTools): Content {
  const fields = tools.toPayload(() => ({
    team_id: TEAM.id,
    channel_id: CHANNEL.id,
    user_id: USER.id,
    command: '/deploy',
    text: 'api to production',
    trigger_id: toFreshId(tools),
  }));
  const form = new URLSearchParams(fields as Record<string, string>);
  return { contentType: FORM, body: form.toString() };
}

function toInteraction(interaction: object): (tools: SampleTools) => Content {
  return (tools) => {
    const head = { team: TEAM, user: USER, trigger_id: toFreshId(tools) };
    const payload = tools.toPayload(() => ({ ...head, ...interaction }));
    const form = new URLSearchParams({ payload: JSON.stringify(payload) });
    return { contentType: FORM, body: form.toString() };
  };
}

function toFreshId({ createId }: SampleTools): string {
  return createId().replaceAll('-', '').toUpperCase();
}

function toSeconds({ now }: SampleTools): number {
  return Math.floor(now() / 1000);
}
