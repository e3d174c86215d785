import { z } from 'zod';
import { LOG_LEVELS } from './adapters/console-logger.ts';
import { ConfigError } from './errors.ts';
import type { Secret } from './sources/hmac.ts';

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
  GITHUB_WEBHOOK_SECRET: z.string().default(''),
  /** The other active secret while one replaces the other. */
  GITHUB_WEBHOOK_SECRET_2: z.string().default(''),
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
  readonly githubSecrets: readonly Secret[];
  /** What is wrong with secrets: the source concerned refuses, the rest works. */
  readonly secretFaults: readonly string[];
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
    ...toSecrets(settings, ['GITHUB_WEBHOOK_SECRET', 'GITHUB_WEBHOOK_SECRET_2']),
  };
}

/** App Service leaves a Key Vault reference that it cannot resolve as its own text: no secret. */
function toSecrets(
  settings: Settings,
  names: readonly ('GITHUB_WEBHOOK_SECRET' | 'GITHUB_WEBHOOK_SECRET_2')[],
): Pick<Config, 'githubSecrets' | 'secretFaults'> {
  const unresolved = names.filter((name) => settings[name].startsWith('@Microsoft.KeyVault('));
  return {
    githubSecrets: names.map((setting) => ({
      setting,
      value: unresolved.includes(setting) ? '' : settings[setting],
    })),
    secretFaults: unresolved.map(
      (name) => `${name} is a Key Vault reference that was not resolved: check the vault's access`,
    ),
  };
}
