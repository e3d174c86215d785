import { z } from 'zod';
import type { Secret } from '../../domain/secret.ts';
import { answerHandshake, isAllowedOrigin } from '../cloudevents/handshake.ts';
import { HmacKeys, parseHex, withoutPrefix } from '../hmac.ts';
import { createForgedError, type Verification, verifyToken } from '../secret.ts';
import { SettingNameSchema } from '../settings.ts';
import { defineSource, type WebhookRequest } from '../source.ts';
import { withoutClientCredentials } from './credentials.ts';
import { webpubsubKind } from './kind.ts';
import { normalizeWebPubSub } from './normalize.ts';

/** A client's message has at most 1 MB; the connect event adds headers and certificates. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

interface Known {
  readonly keys: HmacKeys;
  readonly code: Secret | undefined;
  readonly allowedOrigins: readonly string[];
}

/**
 * Event handler of Azure Web PubSub. `ce-signature` covers the connection's id only, neither body
 * nor time, so anybody who has seen one request of a connection can forge others. Set `code` too,
 * and put its value into the event handler's URL as `?code=`.
 * @see https://learn.microsoft.com/en-us/azure/azure-web-pubsub/reference-cloud-events
 */
export const webpubsub = defineSource({
  ...webpubsubKind,
  settings: z.strictObject({
    /** The hub whose events are accepted. Absent: any hub that signs with these keys. */
    hub: z.string().min(1).optional(),
    /** Host names of the service, `my.webpubsub.azure.com`; `*` for any. */
    allowedOrigins: z
      .array(z.string().min(1), { error: 'expected a list of host names of Web PubSub, or ["*"]' })
      .min(1),
    /** App setting whose value is required as `?code=`. */
    code: SettingNameSchema.optional(),
  }),
  create({ hub, allowedOrigins, code }, { name, secrets, readSecret }) {
    const known: Known = {
      keys: new HmacKeys(secrets),
      code: code === undefined ? undefined : readSecret(code),
      allowedOrigins,
    };
    return {
      name,
      maxBodyBytes: MAX_BODY_BYTES,
      handshake: (request) => answerHandshake(request, { allowedOrigins }),
      verify: (request) => verify(request, known),
      normalize: (request) => normalizeWebPubSub(request, hub),
      withoutCredentials: withoutClientCredentials,
    };
  },
});

function verify(
  { headers, query }: WebhookRequest,
  { keys, code, allowedOrigins }: Known,
): Verification {
  const connectionId = headers.get('ce-connectionid') ?? '';
  const verification = keys.verify(parseSignatures(headers.get('ce-signature')), connectionId);
  if (code) {
    const codes = query.getAll('code');
    verifyToken(codes.length === 1 ? codes[0] : undefined, [code]);
  }
  // The empty text has a valid signature too, but belongs to no connection.
  const isKnown = isAllowedOrigin(headers.get('webhook-request-origin') ?? '', allowedOrigins);
  if (connectionId === '' || !isKnown) throw createForgedError();
  return verification;
}

/** `sha256=<hex>,sha256=<hex>`, with the primary and the secondary key; hex in either case. */
function parseSignatures(list: string | null): readonly (Buffer | undefined)[] {
  return (list ?? '')
    .split(',')
    .map((item) => parseHex(withoutPrefix(item.trim(), 'sha256=')?.toLowerCase()));
}
