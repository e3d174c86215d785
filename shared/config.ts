import { z } from 'zod';
import { LOG_LEVELS } from './adapters/console-logger.ts';
import { ConfigError } from './errors.ts';
import type { Secret } from './sources/secret.ts';

const positive = z.coerce.number().int().positive();
const blankIsUnset = (value: unknown) =>
  typeof value === 'string' && value.trim() === '' ? undefined : value;
const unsupported = z.preprocess(
  blankIsUnset,
  z.undefined('this version has the embedded queue alone: unset it').optional(),
);

/** The end of the year 9999: later timestamps have another form. */
const MAX_UNIX_SECONDS = 253_402_300_799;

/** The settings that Heddle reads, by the names they have in local.settings.json and in Azure. */
const SettingsSchema = z.object({
  /** Folder of the embedded database. */
  HEDDLE_DATA_DIR: z.preprocess(blankIsUnset, z.string().default('.heddle')),
  HEDDLE_TRIGGERS_FILE: z.preprocess(blankIsUnset, z.string().default('infra/triggers.yaml')),
  /** Unix seconds: a clock that stands still, for replaying recorded deliveries. */
  HEDDLE_NOW: z.preprocess(
    blankIsUnset,
    z.coerce.number().int().nonnegative().max(MAX_UNIX_SECONDS).optional(),
  ),
  /** `off` takes events in and keeps them, but runs nothing. */
  HEDDLE_DISPATCH: z.preprocess(blankIsUnset, z.enum(['on', 'off']).default('on')),
  /** Messages handled at once by the embedded queue. */
  HEDDLE_CONCURRENCY: z.preprocess(blankIsUnset, positive.default(16)),
  /** How long the embedded queue waits before it gives a crashed process's message to another. */
  HEDDLE_LOCK_SECONDS: z.preprocess(blankIsUnset, positive.max(3600).default(10)),
  HEDDLE_LOG_LEVEL: z.preprocess(blankIsUnset, z.enum(LOG_LEVELS).default('info')),
  ServiceBus: unsupported,
  ServiceBus__fullyQualifiedNamespace: unsupported,
  /** Set by App Service, never by `func start`: tells Azure from a laptop. */
  WEBSITE_SITE_NAME: z.string().default(''),
});
type Settings = z.infer<typeof SettingsSchema>;

export interface Config {
  readonly dataDir: string;
  readonly triggersFile: string;
  /** Unix milliseconds. */
  readonly fixedNow: number | undefined;
  readonly isDispatching: boolean;
  readonly concurrency: number;
  readonly lockMs: number;
  readonly logLevel: Settings['HEDDLE_LOG_LEVEL'];
  readonly isAzure: boolean;
  /** Settings that hold no value: whoever needs one refuses, the rest works. */
  readonly settingFaults: readonly string[];
  /** A secret by the name of its app setting: its value is blank where it is not set. */
  readonly readSecret: (setting: string) => Secret;
}

/** The only reader of the environment. @throws {ConfigError} with every fault at once */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = SettingsSchema.safeParse(env, { jitless: true });
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ConfigError('The settings cannot be used', faults);
  }
  const settings = parsed.data;
  return {
    dataDir: settings.HEDDLE_DATA_DIR,
    triggersFile: settings.HEDDLE_TRIGGERS_FILE,
    fixedNow: settings.HEDDLE_NOW === undefined ? undefined : settings.HEDDLE_NOW * 1000,
    isDispatching: settings.HEDDLE_DISPATCH === 'on',
    concurrency: settings.HEDDLE_CONCURRENCY,
    lockMs: settings.HEDDLE_LOCK_SECONDS * 1000,
    logLevel: settings.HEDDLE_LOG_LEVEL,
    isAzure: settings.WEBSITE_SITE_NAME !== '',
    settingFaults: findUnresolved(env),
    readSecret: (setting) => ({ setting, value: toSecretValue(env[setting]) }),
  };
}

/** App Service leaves a Key Vault reference that it cannot resolve as its own text: no secret. */
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
