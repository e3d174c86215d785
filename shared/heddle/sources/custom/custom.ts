import { ConfigError, RejectedError } from '../../errors/errors.ts';
import { createTokenCheck } from '../entra/token-check.ts';
import { defineSource, type Source, type SourceContext } from '../source.ts';
import { applyEndpoint, verifyByEndpoint } from './apply-endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { toId, toType } from './identity.ts';
import { customKind } from './kind.ts';
import { parsePayload } from './payload.ts';
import { type CustomSettings, CustomSettingsSchema } from './settings.ts';
import { createVerify, type Verify } from './verify.ts';

const MAX_BODY_BYTES = 5 * 1024 * 1024;

/**
 * Senders unknown to Heddle. The triggers file says how they are authenticated. An app replaces this
 * kind by one with its endpoints.
 */
export const custom = createCustomKind({});

/** @param code optional endpoints by the names of their sources */
export function createCustomKind(code: Readonly<Record<string, Endpoint>>) {
  return defineSource({
    ...customKind,
    settings: CustomSettingsSchema,
    create(settings, context) {
      const { name } = context;
      const endpoint = Object.hasOwn(code, name) ? code[name] : undefined;
      return createCustomSource(settings, context, endpoint ?? {});
    },
  });
}

function createCustomSource(
  settings: CustomSettings,
  context: SourceContext,
  endpoint: Endpoint,
): Source {
  const { name, secrets } = context;
  const { verify, missing } = toProof(settings, context, endpoint);
  const { route, method } = endpoint;
  return {
    ...{ name, ...(route === undefined ? {} : { route }) },
    maxBodyBytes: MAX_BODY_BYTES,
    ...(missing ? { missing } : {}),
    async verify(request) {
      checkMethod(method, request.method);
      const verification = await verify(request);
      if (endpoint.verifySignature) await verifyByEndpoint(endpoint, request, secrets);
      return verification;
    },
    normalize(request) {
      const payload = parsePayload(request);
      const id = toId(settings, request, payload.data);
      const type = toType(settings, request, payload.data);
      return { events: [{ id, type, fields: {}, ...payload }] };
    },
    ...(hasCode(endpoint)
      ? { transform: (event, redact) => applyEndpoint(endpoint, event, redact) }
      : {}),
  };
}

function hasCode({ schema, filter, transform }: Endpoint): boolean {
  return Boolean(schema ?? filter ?? transform);
}

interface Proof {
  readonly verify: Verify;
  /** Absent: it needs one of the source's secrets, if it has any. */
  readonly missing?: readonly string[];
}

function toProof({ auth }: CustomSettings, context: SourceContext, endpoint: Endpoint): Proof {
  if (auth.kind === 'custom') return { verify: toEndpointVerify(context, endpoint) };
  if (auth.kind !== 'entra') return { verify: createVerify(auth, context.secrets) };
  const { verify, faults } = createTokenCheck(auth, context);
  return { verify, missing: faults };
}

function toEndpointVerify({ name }: SourceContext, endpoint: Endpoint): Verify {
  if (endpoint.verifySignature) return () => ({ verified: true });
  return () => {
    throw new ConfigError(`The source ${name} cannot verify anything`, [
      `define verifySignature for "${name}" under endpoints in shared/app/heddle.config.ts`,
    ]);
  };
}

function checkMethod(expected: string | undefined, found: string): void {
  if (expected === undefined || expected === found) return;
  throw new RejectedError('method_not_allowed', `The method must be ${expected}.`);
}
