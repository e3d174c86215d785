import { createHmac } from 'node:crypto';
import type { SampleRequest, SampleTools } from '../cli/samples/sample-request.ts';
import type { Auth, CustomSettings, HmacAuth } from '../sources/custom/settings.ts';
import { createSignedParts } from '../sources/custom/template.ts';
import type { ConfiguredSource } from '../sources/load.ts';

export interface CustomDelivery {
  readonly type: string;
  readonly tools: SampleTools;
  /** Value of the source's first secret. */
  readonly secret: string;
}

/** Composes a delivery for a custom source, authenticated as the source's `auth` wants it. */
export function signCustom(
  { name, settings }: ConfiguredSource,
  { type, tools, secret }: CustomDelivery,
): SampleRequest {
  const {
    auth,
    idHeader = 'webhook-id',
    typeHeader,
    idPath,
    typePath,
  } = settings as CustomSettings;
  const id = tools.createId();
  const example = {
    ...(idPath ? { [idPath]: id } : {}),
    ...(typePath ? { [typePath]: type } : {}),
  };
  const body = JSON.stringify(tools.toPayload(() => example));
  const now = Math.floor(tools.now() / 1000);
  const { query = '', headers } = authenticate(auth, { body, secret, timestamp: String(now) });
  return {
    path: `webhooks/custom/${name}${query}`,
    headers: {
      'content-type': 'application/json',
      [idHeader.toLowerCase()]: id,
      ...(typeHeader ? { [typeHeader.toLowerCase()]: type } : {}),
      ...headers,
    },
    body,
  };
}

interface Signing {
  readonly body: string;
  readonly secret: string;
  /** Unix seconds. */
  readonly timestamp: string;
}

interface Proof {
  readonly query?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A proof without a secret, such as a certificate, is the test's to put into the headers. */
function authenticate(auth: Auth, signing: Signing): Proof {
  const { secret } = signing;
  switch (auth.kind) {
    case 'hmac':
      return { headers: toHmac(auth, signing) };
    case 'bearer':
      return { headers: { authorization: `${auth.scheme} ${secret}` } };
    case 'basic': {
      const pair = Buffer.from(`${auth.username}:${secret}`).toString('base64');
      return { headers: { authorization: `Basic ${pair}` } };
    }
    case 'apiKey':
      if (auth.in === 'header') return { headers: { [auth.name.toLowerCase()]: secret } };
      return { headers: {}, query: `?${new URLSearchParams({ [auth.name]: secret })}` };
    default:
      return { headers: {} };
  }
}

function toHmac(auth: HmacAuth, { body, secret, timestamp }: Signing): Record<string, string> {
  const { header, algorithm, encoding, prefix, timestampHeader } = auth;
  const { template = timestampHeader === undefined ? '{body}' : '{timestamp}.{body}' } = auth;
  const hmac = createHmac(algorithm, secret);
  for (const part of createSignedParts(template)(timestamp, Buffer.from(body))) hmac.update(part);
  return {
    [header.toLowerCase()]: `${prefix}${hmac.digest(encoding)}`,
    ...(timestampHeader ? { [timestampHeader.toLowerCase()]: timestamp } : {}),
  };
}
