import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readBodyMemory } from '../../../infra/local/settings/body-memory-setting.ts';
import { findConnection } from '../../../infra/local/settings/connection-setting.ts';
import { readHostJson } from '../../../infra/local/settings/host-json.ts';

function read(json: object, env: NodeJS.ProcessEnv = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'host-json-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'host.json'), JSON.stringify(json));
  return readHostJson(dir, env);
}

describe('host.json', () => {
  it('has the defaults of the real host', () => {
    expect(read({ version: '2.0' })).toEqual({
      routePrefix: 'api',
      logLevel: 'information',
      serviceBus: {
        maxConcurrentCalls: 16 * availableParallelism(),
        maxConcurrentSessions: 8,
        maxMessageBatchSize: 1000,
        maxAutoLockRenewalMs: 300_000,
        autoCompleteMessages: true,
        sessionIdleMs: 60_000,
        retry: {
          mode: 0,
          timeoutInMs: 60_000,
          retryDelayInMs: 800,
          maxRetryDelayInMs: 60_000,
          maxRetries: 3,
        },
      },
      queues: {
        batchSize: 16,
        newBatchThreshold: 8 * availableParallelism(),
        maxDequeueCount: 5,
        visibilityTimeoutMs: 0,
        maxPollingIntervalMs: 60_000,
        encoding: 'base64',
      },
    });
  });

  it('polls every two seconds in development', () => {
    const env = { AZURE_FUNCTIONS_ENVIRONMENT: 'Development' };
    expect(read({}, env).queues.maxPollingIntervalMs).toBe(2_000);
  });

  it('sets the triggers, with names in any case', () => {
    const { serviceBus, queues } = read({
      extensions: {
        ServiceBus: {
          maxConcurrentCalls: 1,
          maxAutoLockRenewalDuration: '00:01:30',
          autoCompleteMessages: false,
          sessionIdleTimeout: '00:00:05',
          clientRetryOptions: { mode: 'Fixed', tryTimeout: '00:00:10', maxRetries: 0 },
        },
        queues: { batchSize: 4, visibilityTimeout: '00:00:30', messageEncoding: 'none' },
      },
    });
    expect(serviceBus).toMatchObject({
      maxConcurrentCalls: 1,
      maxAutoLockRenewalMs: 90_000,
      autoCompleteMessages: false,
      sessionIdleMs: 5_000,
      retry: { mode: 1, timeoutInMs: 10_000, maxRetries: 0 },
    });
    expect(queues).toMatchObject({
      batchSize: 4,
      newBatchThreshold: 2 * availableParallelism(),
      visibilityTimeoutMs: 30_000,
      encoding: 'none',
    });
  });

  it('gives way to the environment, value by value', () => {
    const json = {
      extensions: { serviceBus: { maxConcurrentCalls: 1, maxConcurrentSessions: 2 } },
      logging: { logLevel: { default: 'Warning' } },
    };
    const { serviceBus, queues, logLevel } = read(json, {
      AzureFunctionsJobHost__extensions__serviceBus__MaxConcurrentCalls: '7',
      AzureFunctionsJobHost__extensions__queues__maxPollingInterval: '00:00:01',
      AzureFunctionsJobHost__logging__logLevel__default: 'Debug',
    });
    expect(serviceBus).toMatchObject({ maxConcurrentCalls: 7, maxConcurrentSessions: 2 });
    expect(queues.maxPollingIntervalMs).toBe(1_000);
    expect(logLevel).toBe('debug');
  });

  it.each([
    [
      { queues: { batchSize: 33 } },
      '"extensions.queues.batchSize" in host.json must be a whole number from 1 to 32; found 33.',
    ],
    [
      { serviceBus: { maxAutoLockRenewalDuration: 300 } },
      '"extensions.serviceBus.maxAutoLockRenewalDuration" in host.json must be a time hh:mm:ss, such as "00:05:00"; found 300.',
    ],
    [
      { serviceBus: { autoCompleteMessages: 'no' } },
      '"extensions.serviceBus.autoCompleteMessages" in host.json must be true or false; found "no".',
    ],
    [
      { queues: { messageEncoding: 'utf8' } },
      '"extensions.queues.messageEncoding" in host.json must be "base64" or "none"; found "utf8".',
    ],
  ])('refuses %j', (extensions, message) => {
    expect(() => read({ extensions })).toThrow(message);
  });
});

describe('a connection', () => {
  const keys = ['fullyQualifiedNamespace'] as const;

  it('is the setting of its name, or better AzureWebJobs and its name', () => {
    expect(findConnection('Bus', { Bus: 'a' }, keys)).toMatchObject({ kind: 'string', value: 'a' });
    const both = { Bus: 'a', AzureWebJobsBus: 'b' };
    expect(findConnection('Bus', both, keys)).toMatchObject({ kind: 'string', value: 'b' });
  });

  it('is an identity where there is an address instead of a connection string', () => {
    const env = { Bus__fullyQualifiedNamespace: 'example.invalid', Bus__clientId: 'id' };
    const connection = findConnection('Bus', env, keys);
    expect(connection.kind === 'section' && connection.get('clientId')).toBe('id');
  });

  it('that is nowhere set says what to set', () => {
    expect(() => findConnection('Bus', { Bus: '' }, keys)).toThrow(
      "Connection 'Bus' is not set: give Bus a connection string in local.settings.json, or set Bus__fullyQualifiedNamespace.",
    );
  });
});

describe('the memory of bodies', () => {
  it.each([
    [{}, 256],
    [{ LOCAL_HOST_BODY_MB: ' ' }, 256],
    [{ LOCAL_HOST_BODY_MB: '32' }, 32],
  ])('of %j is %i MB', (env, mb) => {
    expect(readBodyMemory(env)).toBe(mb * 1024 * 1024);
  });

  it.each(['0', '-1', '1.5', 'many'])('is refused where it is "%s"', (text) => {
    expect(() => readBodyMemory({ LOCAL_HOST_BODY_MB: text })).toThrow(
      `LOCAL_HOST_BODY_MB must be a whole number of MB, such as 256; found "${text}".`,
    );
  });
});
