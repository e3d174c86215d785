import { z } from 'zod';
import type { Secret } from '../domain/secret.ts';
import { createWholeNumberSchema } from '../domain/whole-number.ts';
import { ConfigError } from '../errors/errors.ts';
import { LOG_LEVELS } from '../ports/logger.ts';
import { type AzureConfig, azureSettings, readAzure } from './azure-settings.ts';
import { type ConnectorConfig, connectorSettings, readConnectors } from './connector-settings.ts';

const blankIsUnset = (value: unknown) =>
  typeof value === 'string' && value.trim() === '' ? undefined : value;
/** End of the year 9999: later timestamps have a longer form. */
const MAX_UNIX_SECONDS = 253_402_300_799;

const MAX_RETENTION_DAYS = 3650;

/** Settings of either mode, named as in local.settings.json and in Azure. */
const ownSettings = {
  HEDDLE_LOG_LEVEL: z.preprocess(blankIsUnset, z.enum(LOG_LEVELS).default('info')),
  /** Default retention of events and runs; triggers may set their own. */
  HEDDLE_RETENTION_DAYS: z.preprocess(
    blankIsUnset,
    createWholeNumberSchema(1, MAX_RETENTION_DAYS).default(30),
  ),
  /** Polls that a process runs at once. The bound leaves room for other work when polls hang. */
  HEDDLE_POLLS: z.preprocess(blankIsUnset, createWholeNumberSchema(1).default(8)),
  /** Time after which a process is ended whose event loop stands still; 0: never. */
  HEDDLE_BLOCKED_SECONDS: z.preprocess(blankIsUnset, createWholeNumberSchema(0, 3600).default(30)),
  /** `off`: schedules and polls stand still, all else runs. */
  HEDDLE_SCHEDULING: z.preprocess(blankIsUnset, z.enum(['on', 'off']).default('on')),
  /** Runs that a process executes at once, shared fairly by triggers. */
  HEDDLE_CONCURRENCY: z.preprocess(blankIsUnset, createWholeNumberSchema(1).default(16)),
  /** Messages in the queue beyond which deliveries are refused; 0: no bound. */
  HEDDLE_MAX_QUEUE_DEPTH: z.preprocess(blankIsUnset, createWholeNumberSchema(0).default(0)),
  /** Seconds for which a message may have been due; beyond, deliveries are refused. 0: no bound. */
  HEDDLE_MAX_QUEUE_AGE: z.preprocess(blankIsUnset, createWholeNumberSchema(0).default(0)),
  /** `on` has the Functions host forward HTTP requests: bodies may then come in chunks. */
  HEDDLE_HTTP_STREAM: z.preprocess(blankIsUnset, z.enum(['on', 'off']).default('off')),
};

const commonSettings = {
  ...ownSettings,
  /** Set by App Service and never by `func start`, so it tells Azure from a laptop. */
  WEBSITE_SITE_NAME: z.string().default(''),
};

/** Settings of the embedded queue and store, or of a run on a laptop. */
const localSettings = {
  /** Folder of the embedded database. */
  HEDDLE_DATA_DIR: z.preprocess(blankIsUnset, z.string().default('.heddle')),
  /** `accept` goes on with what can be read of a damaged database, which else stops the start. */
  HEDDLE_DATA_LOSS: z.preprocess(blankIsUnset, z.enum(['refuse', 'accept']).default('refuse')),
  HEDDLE_TRIGGERS_FILE: z.preprocess(blankIsUnset, z.string().default('infra/triggers.yaml')),
  /** Unix seconds at which the clock stands still, for replaying recorded deliveries. */
  HEDDLE_NOW: z.preprocess(blankIsUnset, createWholeNumberSchema(0, MAX_UNIX_SECONDS).optional()),
  /** `off` accepts and stores events, but runs nothing. */
  HEDDLE_DISPATCH: z.preprocess(blankIsUnset, z.enum(['on', 'off']).default('on')),
  /** Memory for pages of the embedded database. */
  HEDDLE_SQLITE_CACHE_MB: z.preprocess(blankIsUnset, createWholeNumberSchema(1, 4096).default(8)),
  /** Time after which the embedded queue redelivers the message of a crashed process. */
  HEDDLE_LOCK_SECONDS: z.preprocess(blankIsUnset, createWholeNumberSchema(1, 3600).default(10)),
};

const SettingsSchema = z.object({ ...commonSettings, ...localSettings, ...azureSettings });
type Settings = z.infer<typeof SettingsSchema>;

/** Accept any text; `readAzure` and `readConnectors` report the faults. */
const AzureSchema = z.object(azureSettings);
const ConnectorSchema = z.object(connectorSettings);

/** Compiling a schema pays for itself only when it is used often. */
const ONCE = { jitless: true } as const;

/** Triggers as a deployment writes them: base64 of JSON in settings `TRIGGERS_B64_00`, `_01` … */
const TRIGGERS_SETTING = /^TRIGGERS_B64_\d\d$/;

/** Every setting read here by name, except secrets and `TRIGGERS_B64_00` and on. */
export const SETTING_NAMES = {
  deployed: [
    ...new Set([ownSettings, azureSettings, connectorSettings].flatMap((one) => Object.keys(one))),
  ],
  local: Object.keys(localSettings),
};

export interface Config {
  readonly dataDir: string;
  /** Whether to go on with what can be read of a damaged database. */
  readonly acceptsLoss: boolean;
  readonly triggersFile: string;
  /** Unix milliseconds. */
  readonly fixedNow: number | undefined;
  readonly isDispatching: boolean;
  readonly isScheduling: boolean;
  readonly isStreaming: boolean;
  readonly concurrency: number;
  readonly polls: number;
  readonly cacheMb: number;
  /** How far the queue may be behind; undefined: as far as it gets. */
  readonly pressure: {
    readonly maxDepth: number | undefined;
    readonly maxAgeMs: number | undefined;
  };
  readonly lockMs: number;
  /** 0: a process that is blocked is not ended. */
  readonly blockedLimitMs: number;
  readonly logLevel: Settings['HEDDLE_LOG_LEVEL'];
  readonly retentionDays: number;
  readonly isAzure: boolean;
  readonly azure: AzureConfig;
  readonly connectors: ConnectorConfig;
  readonly telemetry: TelemetryConfig;
  /** JSON of sources and triggers from the settings; undefined: the triggers file is used. */
  readonly triggersJson: string | undefined;
  /** Settings that could not be resolved. Code that needs one refuses; the rest works. */
  readonly settingFaults: readonly string[];
  /** Settings whose names say that they hold a secret: code of the app may read them by itself. */
  readonly secretSettings: readonly string[];
  /** Reads a secret by the name of its app setting; the value is blank if it is not set. */
  readonly readSecret: (setting: string) => Secret;
}

export interface TelemetryConfig {
  /** Connection string of Application Insights. */
  readonly connectionString: string;
  readonly clientId: string | undefined;
  readonly otlpEndpoint: string;
  readonly serviceName: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The only reader of the environment. @throws {ConfigError} with every fault at once */
export function loadConfig(env: Environment): Config {
  const { settings, azure, connectors } = parseAll(env);
  return {
    ...{ azure, connectors, telemetry: toTelemetry(settings), triggersJson: readTriggers(env) },
    dataDir: settings.HEDDLE_DATA_DIR,
    acceptsLoss: settings.HEDDLE_DATA_LOSS === 'accept',
    triggersFile: settings.HEDDLE_TRIGGERS_FILE,
    fixedNow: settings.HEDDLE_NOW === undefined ? undefined : settings.HEDDLE_NOW * 1000,
    isDispatching: settings.HEDDLE_DISPATCH === 'on',
    isScheduling: settings.HEDDLE_SCHEDULING === 'on',
    isStreaming: settings.HEDDLE_HTTP_STREAM === 'on',
    concurrency: settings.HEDDLE_CONCURRENCY,
    polls: settings.HEDDLE_POLLS,
    cacheMb: settings.HEDDLE_SQLITE_CACHE_MB,
    pressure: {
      maxDepth: settings.HEDDLE_MAX_QUEUE_DEPTH || undefined,
      maxAgeMs: settings.HEDDLE_MAX_QUEUE_AGE * 1000 || undefined,
    },
    lockMs: settings.HEDDLE_LOCK_SECONDS * 1000,
    blockedLimitMs: settings.HEDDLE_BLOCKED_SECONDS * 1000,
    logLevel: settings.HEDDLE_LOG_LEVEL,
    retentionDays: settings.HEDDLE_RETENTION_DAYS,
    isAzure: settings.WEBSITE_SITE_NAME !== '',
    settingFaults: findUnresolved(env),
    secretSettings: listSecretSettings(env),
    readSecret: (setting) => ({ setting, value: toSecretValue(env[setting]) }),
  };
}

function parseAll(env: Environment) {
  const parsed = SettingsSchema.safeParse(env, ONCE);
  const azure = readAzure(AzureSchema.parse(env, ONCE));
  const connectors = readConnectors(ConnectorSchema.parse(env, ONCE));
  const issues = parsed.error?.issues ?? [];
  const faults = [
    ...issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    ...azure.faults,
    ...connectors.faults,
  ];
  if (!parsed.success || faults.length > 0) {
    throw new ConfigError('The settings cannot be used', faults);
  }
  return { settings: parsed.data, azure, connectors };
}

function toTelemetry(settings: Settings): TelemetryConfig {
  const identity = settings.APPLICATIONINSIGHTS_AUTHENTICATION_STRING;
  return {
    connectionString: settings.APPLICATIONINSIGHTS_CONNECTION_STRING,
    clientId: /(?:^|;)\s*ClientId=([^;]+)/i.exec(identity)?.[1],
    otlpEndpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
    serviceName: settings.WEBSITE_SITE_NAME || 'heddle',
  };
}

/** The base64 text may be split anywhere, so the chunks are joined before decoding. */
function readTriggers(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const names = Object.keys(env).filter((name) => TRIGGERS_SETTING.test(name));
  if (names.length === 0) return undefined;
  const base64 = names.sort().map((name) => env[name]?.trim());
  return Buffer.from(base64.join(''), 'base64').toString('utf8');
}

/** A Key Vault reference that App Service cannot resolve keeps its own text, which is no secret. */
function toSecretValue(value = ''): string {
  return isUnresolved(value) ? '' : value;
}

function isUnresolved(value: string): boolean {
  return value.startsWith('@Microsoft.KeyVault(');
}

function findUnresolved(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env)
    .filter(([, value]) => isUnresolved(value ?? ''))
    .map(([name]) => `${name} is a Key Vault reference that was not resolved: check its access`);
}

/** `PWD` is the folder of a shell. `IDENTITY_HEADER` is what App Service's identity asks for. */
const SECRET_NAME =
  /(?:secret|token|password|passwd|_pwd|passphrase|credentials?|authorization|api_?key|access_?key|account_?key|private_?key|(?:^|_)key|_sas|_dsn|connection_?string|^identity_header)(?:_?\d+)?$/i;
/** Shorter values are words that occur in any text. */
const MIN_SECRET_CHARS = 8;
const URL_WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i;

function listSecretSettings(env: Environment): readonly string[] {
  const isSecret = ([name, value = '']: [string, string | undefined]) =>
    URL_WITH_PASSWORD.test(value) ||
    (value.trim().length >= MIN_SECRET_CHARS && SECRET_NAME.test(name));
  return Object.entries(env)
    .filter(isSecret)
    .map(([name]) => name);
}
