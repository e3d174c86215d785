import { z } from 'zod';
import { seal } from '../../domain/sealed.ts';
import type { Secret } from '../../domain/secret.ts';
import { InvariantError } from '../../errors/errors.ts';
import { toMediaType } from '../body.ts';
import { withoutCredentials } from '../credentials.ts';
import { HmacKeys, parseHex, withoutPrefix } from '../hmac.ts';
import { requireSecrets } from '../secret.ts';
import { defineSource, type Reply, type WebhookRequest } from '../source.ts';
import { checkTimestamp } from '../timestamp.ts';
import { slackKind } from './kind.ts';
import { isSlackCredential } from './normalize.ts';
import { FORM, toOutcome } from './outcome.ts';

/** Slack documents no limit; a modal's state and a message's blocks have some hundred kilobytes. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

/** A longer body is not a certificate check. */
const MAX_SSL_CHECK_BYTES = 256;

/**
 * Slack's Events API, slash commands and interactivity at one URL: `X-Slack-Signature` over
 * timestamp and raw body. A retry is accepted like a first attempt, and dropped by its id.
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export const slack = defineSource({
  ...slackKind,
  settings: z.strictObject({}),
  create(_settings, { name, secrets }) {
    const keys = new HmacKeys(secrets);
    return {
      name,
      maxBodyBytes: MAX_BODY_BYTES,
      mediaTypes: ['application/json', FORM],
      handshake: answerSslCheck,
      verify({ headers, body, receivedAt }) {
        const timestamp = checkTimestamp(headers.get('x-slack-request-timestamp'), receivedAt);
        const signature = withoutPrefix(headers.get('x-slack-signature'), 'v0=');
        return keys.verify([parseHex(signature)], `v0:${timestamp}:`, body);
      },
      normalize: (request) => toOutcome(request, (text) => sealWith(secrets, text)),
      withoutCredentials: (event) => withoutCredentials(event, isSlackCredential),
    };
  },
});

/**
 * Slack checks the certificate of a slash command's URL with an unsigned form of these two fields.
 * A form with any other field is not such a check and needs a signature.
 * @see https://docs.slack.dev/interactivity/implementing-slash-commands
 */
function answerSslCheck({ headers, body }: WebhookRequest): Reply | undefined {
  if (body.length > MAX_SSL_CHECK_BYTES) return undefined;
  if (toMediaType(headers.get('content-type')) !== FORM) return undefined;
  const form = new URLSearchParams(body.toString('latin1'));
  const names = [...form.keys()].sort().join(' ');
  const isCheck = names === 'ssl_check' || names === 'ssl_check token';
  return isCheck && form.get('ssl_check') === '1' ? { status: 200 } : undefined;
}

/** Uses the first secret that is set, whichever signed: the other one may be retired soon. */
function sealWith(secrets: readonly Secret[], text: string): string {
  const [secret] = requireSecrets(secrets);
  if (!secret) throw new InvariantError('a request was verified without a secret');
  return seal(secret, text);
}
