import { z } from 'zod';
import type { Secret } from '../../domain/secret.ts';
import { type Verification, verifyToken } from '../secret.ts';
import { defineSource, type WebhookRequest } from '../source.ts';
import { answerHandshake } from './handshake.ts';
import { cloudeventsKind } from './kind.ts';
import { normalizeCloudEvents } from './normalize.ts';

/** Sixteen times what the specification asks of receivers, and the maximum of Azure Event Grid. */
const MAX_BODY_BYTES = 1024 * 1024;

const AuthSchema = z.discriminatedUnion('kind', [
  /** `Authorization: Bearer <secret>`. */
  z.strictObject({ kind: z.literal('bearer') }),
  /** The secret in the URL, for senders without headers. URLs are often logged. */
  z.strictObject({
    kind: z.literal('query'),
    parameter: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'expected the name of a query parameter')
      .default('access_token'),
  }),
  z.strictObject({ kind: z.literal('none') }),
]);
type Auth = z.output<typeof AuthSchema>;

const SettingsSchema = z
  .strictObject({
    auth: AuthSchema.default({ kind: 'bearer' }),
    /** False accepts events from anybody, only with `auth: {kind: none}`. */
    requireVerification: z.boolean().default(true),
    /** Origins that OPTIONS allows to deliver; `*` for all. */
    allowedOrigins: z.array(z.string().min(1)).default([]),
    /** Requests per minute that OPTIONS grants. */
    allowedRate: z.number().int().positive().max(999_999_999).optional(),
  })
  .superRefine(({ auth, requireVerification }, context) => {
    if ((auth.kind === 'none') !== requireVerification) return;
    const message = requireVerification
      ? 'auth of kind none takes events from anybody: set requireVerification: false as well, or use kind bearer'
      : `auth of kind ${auth.kind} verifies every event: set requireVerification: false only with kind none`;
    context.addIssue({ code: 'custom', path: ['requireVerification'], message });
  });

/**
 * CloudEvents 1.0 over HTTP, with the tokens of its webhook specification. Neither body nor time is
 * signed: replays are detected by source and id alone.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md
 */
export const cloudevents = defineSource({
  ...cloudeventsKind,
  settings: SettingsSchema,
  create({ auth, allowedOrigins, allowedRate }, { name, secrets }) {
    return {
      name,
      maxBodyBytes: MAX_BODY_BYTES,
      handshake: (request) => answerHandshake(request, { allowedOrigins, allowedRate }),
      verify: (request) => verify(request, auth, secrets),
      normalize: normalizeCloudEvents,
    };
  },
});

function verify(
  { headers, query }: WebhookRequest,
  auth: Auth,
  secrets: readonly Secret[],
): Verification {
  switch (auth.kind) {
    case 'none':
      return { verified: false };
    case 'bearer':
      return verifyToken(/^bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1], secrets);
    case 'query':
      return verifyToken(readOnly(query, auth.parameter), secrets);
  }
}

/** A repeated parameter is refused: proxies differ on which of the two counts. */
function readOnly(query: URLSearchParams, parameter: string): string | undefined {
  const values = query.getAll(parameter);
  return values.length === 1 ? values[0] : undefined;
}
