import { z } from 'zod';
import type { Secret } from '../../domain/secret.ts';
import { ConfigError } from '../../errors/errors.ts';
import { answerHandshake, isAllowedOrigin } from '../cloudevents/handshake.ts';
import { EntraOfDeploymentSchema } from '../entra/settings.ts';
import { createForgedError, type Verification, verifyToken } from '../secret.ts';
import { SettingNameSchema } from '../settings.ts';
import { defineSource, type WebhookRequest } from '../source.ts';
import { withoutClientCredentials } from './credentials.ts';
import { webpubsubKind } from './kind.ts';
import { normalizeWebPubSub } from './normalize.ts';
import { createProof, type Proof } from './proof.ts';

/** A client's message has at most 1 MB; the connect event adds headers and certificates. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

interface Known {
  readonly name: string;
  /** What keeps it from verifying anything. */
  readonly missing: readonly string[];
  readonly proof: Proof;
  readonly code: Secret | undefined;
  readonly allowedOrigins: readonly string[];
}

/**
 * Event handler of Azure Web PubSub. `ce-signature` covers the connection's id only, neither body
 * nor time, so anybody who has seen one request of a connection can forge others: prefer the tokens of
 * its identity, or set `code` too, and put its value into the event handler's URL as `?code=`.
 * @see https://learn.microsoft.com/en-us/azure/azure-web-pubsub/reference-cloud-events
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/howto-use-managed-identity
 */
export const webpubsub = defineSource({
  ...webpubsubKind,
  settings: z.strictObject({
    /** The hub whose events are accepted. Absent: any hub that signs with these keys. */
    hub: z.string().min(1).optional(),
    /**
     * Host names of the service, `my.webpubsub.azure.com`; `*` for any. Absent: that of the service
     * that the app sends to.
     */
    allowedOrigins: z
      .array(z.string().min(1), { error: 'expected a list of host names of Web PubSub, or ["*"]' })
      .min(1)
      .optional(),
    /** The proof that is accepted. Absent: each one that is configured. */
    auth: z.union([z.enum(['signature', 'entra']), EntraOfDeploymentSchema]).optional(),
    /** App setting whose value is required as `?code=`. */
    code: SettingNameSchema.optional(),
  }),
  create({ hub, auth, code, ...given }, context) {
    const { name, readSecret, senders } = context;
    const proof = createProof(auth, context);
    const allowedOrigins = given.allowedOrigins ?? toOrigins(senders?.webPubSub.host);
    const missing = [...proof.missing, ...(allowedOrigins.length > 0 ? [] : [NO_ORIGIN])];
    const known: Known = {
      ...{ name, missing, proof },
      code: code === undefined ? undefined : readSecret(code),
      allowedOrigins,
    };
    return {
      name,
      maxBodyBytes: MAX_BODY_BYTES,
      missing,
      handshake: (request) => answerHandshake(request, { allowedOrigins }),
      verify: (request) => verify(request, known),
      normalize: (request) => normalizeWebPubSub(request, hub),
      withoutCredentials: withoutClientCredentials,
    };
  },
});

const NO_ORIGIN = 'name the host of the service in allowedOrigins, or set WebPubSub__endpoint';

/** A blank name is none: a request without an origin would match it. */
function toOrigins(host = ''): readonly string[] {
  return host === '' ? [] : [host];
}

async function verify(
  request: WebhookRequest,
  { name, missing, proof, code, allowedOrigins }: Known,
): Promise<Verification> {
  if (missing.length > 0) {
    throw new ConfigError(`The source ${name} cannot verify anything`, missing);
  }
  const { headers, query } = request;
  const verification = await proof.verify(request);
  if (code) {
    const codes = query.getAll('code');
    verifyToken(codes.length === 1 ? codes[0] : undefined, [code]);
  }
  // The empty text has a valid signature too, but belongs to no connection.
  const isKnown = isAllowedOrigin(headers.get('webhook-request-origin') ?? '', allowedOrigins);
  if ((headers.get('ce-connectionid') ?? '') === '' || !isKnown) throw createForgedError();
  return verification;
}
