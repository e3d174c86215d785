import { z } from 'zod';
import type { Secret } from '../../domain/secret.ts';
import { EntraOfKnownAppSchema } from '../entra/settings.ts';
import { createTokenCheck } from '../entra/token-check.ts';
import { type Verification, verifyToken } from '../secret.ts';
import type { SourceContext, WebhookRequest } from '../source.ts';

/** Event Grid's own application in Azure's public cloud. */
const EVENT_GRID_APP = '4962773b-9cdb-44cf-a8bf-237846a00ab7';

/**
 * Place of the secret in a subscription: in its URL, or in a header (delivery property). Or a token of
 * Microsoft Entra, which Event Grid sends where the subscription names an application.
 */
export const AuthSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('query'),
    parameter: z.string().min(1).max(64).default('code'),
  }),
  z.strictObject({
    kind: z.literal('header'),
    name: z.string().regex(/^[\w-]{1,64}$/, 'expected the name of a header'),
  }),
  EntraOfKnownAppSchema,
]);
type Auth = z.output<typeof AuthSchema>;

export interface Proof {
  /** @throws as `verify` of a source does */
  prove(request: WebhookRequest): Promise<Verification>;
  /** What keeps it from proving anything. Absent: it needs one of the source's secrets. */
  readonly missing?: readonly string[];
}

/** Any application of the tenant can get a token, so the sender must be Event Grid's own, or named. */
export function createProof(auth: Auth, context: SourceContext): Proof {
  if (auth.kind !== 'entra') {
    return { prove: async (request) => verifySecret(request, auth, context.secrets) };
  }
  const isNamed = auth.oid !== undefined || auth.appid !== undefined;
  const check = createTokenCheck(isNamed ? auth : { ...auth, appid: EVENT_GRID_APP }, context);
  return { prove: check.verify, missing: check.faults };
}

/** Refuses a repeated parameter: parsers differ on which of two they use. */
function verifySecret(
  { headers, query }: WebhookRequest,
  auth: Exclude<Auth, { kind: 'entra' }>,
  secrets: readonly Secret[],
): Verification {
  if (auth.kind === 'header') return verifyToken(headers.get(auth.name), secrets);
  const [token, ...more] = query.getAll(auth.parameter);
  return verifyToken(more.length === 0 ? token : undefined, secrets);
}
