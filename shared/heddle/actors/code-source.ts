import type { Secret } from '../domain/secret.ts';
import type {
  EndpointAuth,
  EndpointRateLimit,
  VerifySignature,
  WebhookEndpoint,
} from './webhook-endpoint.ts';

/** A source that an endpoint in code makes. */
export interface CodeSource {
  readonly name: string;
  /** The last part of its route: `webhooks/custom/{route}`. */
  readonly route: string;
  /** As a triggers file has it. */
  readonly written: Readonly<Record<string, unknown>>;
  readonly method?: string | undefined;
  readonly verify?: { readonly call: VerifySignature; readonly header?: string | undefined };
  readonly secret?: Secret;
}

const AUTH_KINDS: Readonly<Record<string, string>> = {
  ...{ signature: 'hmac', bearer: 'bearer', apiKey: 'apiKey', basic: 'basic', custom: 'custom' },
  ...{ ip: 'ipAllowList', ipWhitelist: 'ipAllowList', ipAllowList: 'ipAllowList' },
};

/** Kinds whose proof is a secret. */
const WITH_SECRET = ['hmac', 'bearer', 'apiKey', 'basic'];

const PATH = /^\/[A-Za-z0-9._/-]{1,100}$/;

/** Finds faults that keep an endpoint from being a source; the source's own settings are checked as in a file. */
export function findEndpointFaults(endpoint: Partial<WebhookEndpoint> = {}): readonly string[] {
  const { path, method, auth } = endpoint;
  const isPath = typeof path === 'string' && PATH.test(path) && toRoute(path) !== '';
  const faults = [
    isPath ? [] : ['endpoint.path: expected a path such as /webhooks/stripe'],
    ['POST', 'PUT', undefined].includes(method) ? [] : ['endpoint.method: expected POST or PUT'],
    findAuthFaults(auth),
  ];
  return faults.flat();
}

function findAuthFaults(auth: EndpointAuth | undefined): readonly string[] {
  const { type, verify } = (auth ?? {}) as { readonly type?: string; readonly verify?: unknown };
  if (type === undefined || !Object.hasOwn(AUTH_KINDS, type)) {
    return [`endpoint.auth.type: expected one of ${Object.keys(AUTH_KINDS).join(', ')}`];
  }
  const isMissing = type === 'custom' && verify === undefined;
  if (!isMissing && (verify === undefined || typeof verify === 'function')) return [];
  return ['endpoint.auth.verify: expected a function (payload, signature, secret) => boolean'];
}

/** @param endpoint one without faults */
export function toCodeSource(
  { path, method, auth, ...places }: WebhookEndpoint,
  rateLimit?: EndpointRateLimit,
): CodeSource {
  const route = toRoute(path);
  const { type, secret, verify, header, query, ...rest } = auth as Loose;
  const kind = verify && type === 'signature' ? 'custom' : (AUTH_KINDS[type] ?? type);
  const setting = `endpoint.${route.replaceAll('-', '_')}.secret`;
  const hasSecret = WITH_SECRET.includes(AUTH_KINDS[type] ?? '') || 'secret' in auth;
  return {
    ...{ name: `custom-${route}`, route, method },
    written: {
      ...{ ...places, kind: 'custom', auth: { kind, ...rest, ...toPlace(kind, header, query) } },
      ...(rateLimit ? { rateLimit: { ...rateLimit, window: toDuration(rateLimit.window) } } : {}),
      ...(hasSecret ? { secrets: [setting] } : {}),
    },
    ...(verify ? { verify: { call: verify, header } } : {}),
    ...(hasSecret ? { secret: { setting, value: secret ?? '' } } : {}),
  };
}

/** Every field that any kind has. */
interface Loose extends Readonly<Record<string, unknown>> {
  readonly type: string;
  readonly secret?: string | undefined;
  readonly verify?: VerifySignature;
  readonly header?: string;
  readonly query?: string;
}

/** The place of the proof, as the settings of the kind name it. */
function toPlace(kind: string, header?: string, query?: string): object {
  if (kind === 'hmac') return header === undefined ? {} : { header };
  if (kind !== 'apiKey') return {};
  return query === undefined ? { in: 'header', name: header } : { in: 'query', name: query };
}

/** `/webhooks/shop/orders` → `shop-orders` */
function toRoute(path: string): string {
  const rest = path.replace(/^\/(webhooks\/)?(custom\/)?/, '').toLowerCase();
  return rest.replace(/[^a-z0-9_]+/g, '-').replace(/^-|-$/g, '');
}

/** Numbers in code are milliseconds, and those of a triggers file seconds. */
export function toDuration(value: unknown): unknown {
  return typeof value === 'number' ? `${value}ms` : value;
}
