import type { VectorCase } from '../helpers/sources.ts';

/** A source for the triggers file, and the app settings that hold its secrets. */
export interface VectorSource {
  readonly kind: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

type Config = Readonly<Record<string, unknown>>;
type ToSettings = (config: Config, setEnv: (value: string) => string) => Config;

/**
 * Translates the `config` of a vector file to our triggers file: one row per source, with its kind.
 * `setEnv` stores a secret in an app setting and returns the setting's name. A key without a row is
 * a fault, never ignored.
 */
const TABLE: Readonly<Record<string, { kind: string; known: readonly string[]; to: ToSettings }>> =
  {
    github: { kind: 'github', known: [], to: () => ({}) },
    slack: { kind: 'slack', known: [], to: () => ({}) },
    stripe: { kind: 'stripe', known: [], to: () => ({}) },
    pagerduty: { kind: 'pagerduty', known: [], to: () => ({}) },
    standardwebhooks: { kind: 'standardwebhooks', known: [], to: () => ({}) },
    grafana: {
      kind: 'grafana',
      known: ['auth', 'timestampHeader', 'toleranceSec'],
      to: ({ auth, timestampHeader, toleranceSec }) => ({
        ...{ auth, timestampHeader, toleranceSeconds: toleranceSec },
      }),
    },
    sns: {
      kind: 'cloudwatch',
      known: ['allowedTopicArns', 'timestampToleranceSec', 'allowRaw', 'queryToken', 'certStub'],
      to: ({ allowedTopicArns, timestampToleranceSec, allowRaw, queryToken }, setEnv) => ({
        topicArns: allowedTopicArns,
        toleranceSeconds: timestampToleranceSec,
        rawDelivery: allowRaw ? toRawDelivery(queryToken as QueryToken, setEnv) : undefined,
      }),
    },
    eventgrid: {
      kind: 'eventgrid',
      known: ['auth', 'allowedTopics', 'allowedSubscriptionNames'],
      to: ({ auth, allowedTopics, allowedSubscriptionNames }) => ({
        auth: { kind: (auth as Config).kind, parameter: (auth as Config).param },
        topics: allowedTopics,
        subscriptionNames: allowedSubscriptionNames,
      }),
    },
    webpubsub: {
      kind: 'webpubsub',
      known: ['hub', 'allowedOrigins', 'allowedConnectionIdsDedup'],
      to: ({ hub, allowedOrigins }) => ({ hub, allowedOrigins }),
    },
    cloudevents: {
      kind: 'cloudevents',
      known: ['auth', 'allowedOrigins'],
      to: ({ auth, allowedOrigins }) => ({ auth, allowedOrigins, requireVerification: false }),
    },
    generic: {
      kind: 'custom',
      known: ['auth'],
      to: ({ auth }) => ({ auth: toCustomAuth(auth as Config) }),
    },
    mcp: {
      kind: 'mcp',
      known: ['subscriptions'],
      to: ({ subscriptions }, setEnv) => ({
        subscriptions: Object.fromEntries(
          Object.entries(subscriptions as Record<string, Config>).map(
            ([id, { secret, ...rest }]) => [id, { ...rest, secret: setEnv(String(secret)) }],
          ),
        ),
      }),
    },
  };

interface QueryToken {
  readonly name: string;
  readonly value: string;
}

function toRawDelivery({ name, value }: QueryToken, setEnv: (value: string) => string) {
  return { token: setEnv(value), queryParameter: name };
}

const AUTH_KEYS: Readonly<Record<string, string>> = {
  toleranceSec: 'toleranceSeconds',
  allowedThumbprintsSha256: 'allowedThumbprints',
  allowedSubjectCN: 'allowedSubject',
  caPem: 'ca',
};

/** Drops the password of basic authentication, which is a secret and not a setting. */
function toCustomAuth(auth: Config): Config {
  const entries = Object.entries(auth).filter(([key]) => key !== 'password');
  return Object.fromEntries(entries.map(([key, value]) => [AUTH_KEYS[key] ?? key, value]));
}

function readPassword(config: Config): readonly string[] {
  const password = (config.auth as Config | undefined)?.password;
  return typeof password === 'string' ? [password] : [];
}

/** Kinds whose secrets are all within their settings, or that have none. */
const WITHOUT_SECRETS = ['cloudwatch', 'mcp', 'cloudevents'];

/** @throws when the case has a key that the table does not know */
export function toVectorSource(one: VectorCase & { readonly source: string }): VectorSource {
  const row = TABLE[one.source];
  if (!row) throw new Error(`${one.id}: the source "${one.source}" is in no row of the table`);
  const config = one.config ?? {};
  const unknown = Object.keys(config).filter((key) => !row.known.includes(key));
  if (unknown.length > 0) throw new Error(`${one.id}: the table does not know ${unknown.join()}`);
  const env: Record<string, string> = {};
  const setEnv = (value: string) => {
    const name = `${one.id.toUpperCase().replaceAll(/\W/g, '_')}_SECRET_${Object.keys(env).length + 1}`;
    env[name] = value;
    return name;
  };
  const settings = withoutAbsent(row.to(config, setEnv));
  const isWithout = WITHOUT_SECRETS.includes(row.kind);
  const secrets = isWithout ? [] : [...one.secrets, ...readPassword(config)].map(setEnv);
  const named = secrets.length === 0 ? {} : { secrets };
  return { kind: row.kind, settings: { kind: row.kind, ...settings, ...named }, env };
}

function withoutAbsent(settings: Config): Config {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
