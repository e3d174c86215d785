import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import { ConfigError } from '../../../shared/heddle/errors/errors.ts';

const defaults = {
  dataDir: '.heddle',
  triggersFile: 'infra/triggers.yaml',
  fixedNow: undefined,
  isDispatching: true,
  isScheduling: true,
  isStreaming: false,
  concurrency: 16,
  polls: 8,
  cacheMb: 8,
  lockMs: 10_000,
  logLevel: 'info',
  retentionDays: 30,
  isAzure: false,
};

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('have defaults', () => {
    expect(loadConfig({})).toMatchObject(defaults);
    expect(loadConfig({ PATH: '/bin', SOMETHING_ELSE: 'x' })).toMatchObject(defaults);
  });

  it.each(['', ' ', '\t'])('that are blank (%j) are unset', (blank) => {
    const names = Object.keys({
      ...{ HEDDLE_DATA_DIR: 1, HEDDLE_TRIGGERS_FILE: 1, HEDDLE_NOW: 1, HEDDLE_DISPATCH: 1 },
      ...{ HEDDLE_CONCURRENCY: 1, HEDDLE_LOCK_SECONDS: 1, HEDDLE_LOG_LEVEL: 1, ServiceBus: 1 },
      ...{ ServiceBus__fullyQualifiedNamespace: 1, HEDDLE_RETENTION_DAYS: 1, HEDDLE_POLLS: 1 },
      HEDDLE_SQLITE_CACHE_MB: 1,
      HEDDLE_BLOCKED_SECONDS: 1,
    });
    const env = Object.fromEntries(names.map((name) => [name, blank]));
    expect(loadConfig(env)).toMatchObject(defaults);
  });

  it('are taken as given', () => {
    const { readSecret, azure, connectors, telemetry, ...config } = loadConfig({
      ...{ HEDDLE_DATA_DIR: '/data', HEDDLE_TRIGGERS_FILE: 't.yaml', HEDDLE_NOW: '1760000000' },
      ...{ HEDDLE_DISPATCH: 'off', HEDDLE_CONCURRENCY: '2', HEDDLE_LOCK_SECONDS: '30' },
      ...{
        HEDDLE_LOG_LEVEL: 'error',
        HEDDLE_RETENTION_DAYS: '90',
        WEBSITE_SITE_NAME: 'x',
        HEDDLE_POLLS: '3',
        HEDDLE_SQLITE_CACHE_MB: '64',
        HEDDLE_DATA_LOSS: 'accept',
        HEDDLE_MAX_QUEUE_DEPTH: '1000',
        HEDDLE_MAX_QUEUE_AGE: '60',
        HEDDLE_BLOCKED_SECONDS: '45',
        HEDDLE_HTTP_STREAM: 'on',
        HEDDLE_SCHEDULING: 'off',
      },
      ...{ GITHUB_WEBHOOK_SECRET: 'one', GITHUB_WEBHOOK_SECRET_2: 'two' },
    });
    expect(config).toEqual({
      ...{ dataDir: '/data', triggersFile: 't.yaml', fixedNow: 1_760_000_000_000 },
      ...{ isDispatching: false, concurrency: 2, lockMs: 30_000, logLevel: 'error', isAzure: true },
      ...{ retentionDays: 90, polls: 3, cacheMb: 64, settingFaults: [], triggersJson: undefined },
      ...{ acceptsLoss: true, blockedLimitMs: 45_000, isStreaming: true, isScheduling: false },
      pressure: { maxDepth: 1000, maxAgeMs: 60_000 },
      secretSettings: [],
    });
    expect(readSecret('GITHUB_WEBHOOK_SECRET_2').value).toBe('two');
  });

  it('are refused with every fault at once, each by its name', () => {
    const faults = faultsOf({
      ...{ HEDDLE_NOW: 'noon', HEDDLE_DISPATCH: 'maybe', HEDDLE_CONCURRENCY: '0' },
      ...{ HEDDLE_LOCK_SECONDS: '1.5', HEDDLE_LOG_LEVEL: 'loud', HEDDLE_POLLS: '0' },
    });
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      ...[
        'HEDDLE_LOG_LEVEL',
        'HEDDLE_POLLS',
        'HEDDLE_CONCURRENCY',
        'HEDDLE_NOW',
        'HEDDLE_DISPATCH',
      ],
      'HEDDLE_LOCK_SECONDS',
    ]);
  });

  it('that are refused are not repeated: a connection is a secret', () => {
    const faults = faultsOf({ ServiceBus: 'Endpoint=sb://x/;SharedAccessKey=abc' });
    expect(faults).not.toEqual([]);
    expect(faults.join()).not.toContain('SharedAccessKey');
  });

  it.each(['-1', '253402300800', '1e300', 'Infinity'])('do not stop the clock at %s', (now) => {
    expect(faultsOf({ HEDDLE_NOW: now }).join()).toContain('HEDDLE_NOW');
  });

  it.each(['0', '3651', '0.5', 'ever'])('do not keep events for %s days', (days) => {
    expect(faultsOf({ HEDDLE_RETENTION_DAYS: days }).join()).toMatch(/^HEDDLE_RETENTION_DAYS: /);
  });

  it.each([
    ['HEDDLE_POLLS', 'many', 'of 1 or more'],
    ['HEDDLE_CONCURRENCY', '-1.5', 'of 1 or more'],
    ['HEDDLE_LOCK_SECONDS', '0', 'from 1 to 3600'],
    ['HEDDLE_SQLITE_CACHE_MB', '0', 'from 1 to 4096'],
    ['HEDDLE_RETENTION_DAYS', '1e99', 'from 1 to 3650'],
    ['HEDDLE_NOW', 'noon', 'from 0 to 253402300799'],
  ])('say which number %s is to be, where it is %s', (name, value, range) => {
    expect(faultsOf({ [name]: value })).toEqual([`${name}: expected a whole number ${range}`]);
  });

  it('hold the lock no longer than timers can count', () => {
    expect(faultsOf({ HEDDLE_LOCK_SECONDS: '3601' })).toHaveLength(1);
  });
});

describe('a secret', () => {
  const reference = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)';

  it('that is an unresolved Key Vault reference is a fault, and no key', () => {
    const { readSecret, settingFaults } = loadConfig({
      GITHUB_WEBHOOK_SECRET: 'one',
      GITHUB_WEBHOOK_SECRET_2: reference,
    });
    expect(readSecret('GITHUB_WEBHOOK_SECRET').value).toBe('one');
    expect(readSecret('GITHUB_WEBHOOK_SECRET_2').value).toBe('');
    expect(settingFaults).toEqual([
      expect.stringMatching(/^GITHUB_WEBHOOK_SECRET_2 is a Key Vault/),
    ]);
  });

  it('that is missing is no fault of the settings: its source alone refuses', () => {
    const { readSecret, settingFaults } = loadConfig({});
    expect(readSecret('GITHUB_WEBHOOK_SECRET')).toEqual({
      setting: 'GITHUB_WEBHOOK_SECRET',
      value: '',
    });
    expect(settingFaults).toEqual([]);
  });
});
