import { describe, expect, it } from 'vitest';
import { loadConfig, SETTING_NAMES } from '../../../shared/heddle/config/config.ts';
import { ConfigError } from '../../../shared/heddle/errors/errors.ts';

const identity = {
  ServiceBus__fullyQualifiedNamespace: 'ns.servicebus.windows.net',
  ServiceBus__credential: 'managedidentity',
  ServiceBus__clientId: 'client',
  Cosmos__accountEndpoint: 'https://db.documents.azure.com:443/',
  Cosmos__credential: 'managedidentity',
  Cosmos__clientId: 'client',
  AzureWebJobsStorage__blobServiceUri: 'https://st.blob.core.windows.net',
  AzureWebJobsStorage__queueServiceUri: 'https://st.queue.core.windows.net',
  AzureWebJobsStorage__credential: 'managedidentity',
  AzureWebJobsStorage__clientId: 'client',
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

describe('settings of Azure', () => {
  it('leave everything embedded where there are none', () => {
    const { azure, connectors, triggersJson } = loadConfig({});
    expect(azure).toMatchObject({ backend: undefined, httpAllow: [] });
    expect(connectors.queues).toEqual({ 'storage-queue': [] });
    expect(triggersJson).toBeUndefined();
  });

  it('are read as identities', () => {
    const { azure, connectors } = loadConfig(identity);
    const { backend, webPubSub } = azure;
    expect(backend).toEqual({
      serviceBus: { kind: 'identity', endpoint: 'ns.servicebus.windows.net', clientId: 'client' },
      cosmos: {
        ...{ kind: 'identity', endpoint: 'https://db.documents.azure.com:443/' },
        clientId: 'client',
      },
      database: 'heddle',
      blobs: { kind: 'identity', endpoint: 'https://st.blob.core.windows.net', clientId: 'client' },
    });
    expect(connectors.connections['storage-queue']).toMatchObject({
      endpoint: 'https://st.queue.core.windows.net',
    });
    expect(webPubSub).toBeUndefined();
  });

  it('say who sends with a token, and nothing where there are none', () => {
    const env = {
      ...{ AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/', HEDDLE_ENTRA_TENANT: 'tid' },
      ...{ HEDDLE_WEBPUBSUB_AUDIENCE: 'api://app', HEDDLE_WEBPUBSUB_IDENTITY: 'oid' },
    };
    const hostOf = (more: Record<string, string>) =>
      loadConfig({ ...env, ...more }).azure.senders.webPubSub.host;
    expect(loadConfig(env).azure.senders).toEqual({
      ...{ authorityHost: 'https://login.microsoftonline.com/', tenant: 'tid' },
      webPubSub: { host: '', audience: 'api://app', identity: 'oid' },
    });
    expect(hostOf({ WebPubSub__endpoint: 'https://my.webpubsub.azure.com' })).toBe(
      'my.webpubsub.azure.com',
    );
    expect(hostOf({ WebPubSub: 'Endpoint=https://x.webpubsub.azure.com;AccessKey=k;' })).toBe(
      'x.webpubsub.azure.com',
    );
    expect(hostOf({ WebPubSub: 'AccessKey=k' })).toBe('');
    expect(loadConfig({}).azure.senders.webPubSub).toEqual({
      ...{ host: '', audience: '', identity: '' },
    });
  });

  it('are read as connection strings, which win over identities', () => {
    const env = { ...identity, ServiceBus: 'Endpoint=sb://localhost', Cosmos: 'AccountEndpoint=x' };
    const { backend } = loadConfig({ ...env, AzureWebJobsStorage: 'local' }).azure;
    expect(backend).toMatchObject({
      serviceBus: { kind: 'string', value: 'Endpoint=sb://localhost' },
      cosmos: { kind: 'string' },
      blobs: { kind: 'string' },
    });
  });

  it('say what is missing beside Service Bus', () => {
    expect(faultsOf({ ServiceBus: 'Endpoint=sb://localhost' })).toEqual([
      expect.stringContaining('Cosmos'),
      expect.stringContaining('AzureWebJobsStorage'),
    ]);
  });

  it('do not need Service Bus: sinks work beside the embedded queue', () => {
    const { azure, connectors } = loadConfig({
      ...{ AzureWebJobsStorage: 'local', WebPubSub: 'Endpoint=https://x' },
    });
    expect(azure.backend).toBeUndefined();
    expect(connectors.connections['storage-queue']).toMatchObject({ kind: 'string' });
    expect(azure.webPubSub).toMatchObject({ hub: 'heddle' });
  });

  it('take lists by commas', () => {
    const { azure, connectors } = loadConfig({
      ...{ AzureWebJobsStorage: 'x', HEDDLE_STORAGE_QUEUES: ' orders, invoices ,' },
      HEDDLE_HTTP_ALLOW: '10.0.0.0/8,*.internal',
    });
    expect(connectors.queues['storage-queue']).toEqual(['orders', 'invoices']);
    expect(azure.httpAllow).toEqual(['10.0.0.0/8', '*.internal']);
  });

  it.each(['A', 'ab', 'a--b', '-abc', 'abc-', 'a_b', 'x'.repeat(64)])(
    'refuse "%s" as the name of a storage queue',
    (name) => {
      const faults = faultsOf({ AzureWebJobsStorage: 'x', HEDDLE_STORAGE_QUEUES: name });
      expect(faults).toEqual([expect.stringContaining(`"${name}"`)]);
    },
  );

  it('refuse storage queues without a storage account', () => {
    expect(faultsOf({ HEDDLE_STORAGE_QUEUES: 'orders' })).toHaveLength(1);
  });

  it('join the chunks of the triggers in the order of their numbers', () => {
    const json = JSON.stringify({ triggers: [{ name: 'ü'.repeat(5000) }] });
    const base64 = Buffer.from(json).toString('base64');
    const { triggersJson } = loadConfig({
      TRIGGERS_B64_01: base64.slice(8000),
      TRIGGERS_B64_00: base64.slice(0, 8000),
    });
    expect(triggersJson).toBe(json);
  });

  it('read the client of telemetry', () => {
    const { telemetry } = loadConfig({
      APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=x',
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=abc;Authorization=AAD',
    });
    expect(telemetry).toMatchObject({ connectionString: 'InstrumentationKey=x', clientId: 'abc' });
  });

  it('have names that App Service takes', () => {
    for (const name of [...SETTING_NAMES.deployed, ...SETTING_NAMES.local]) {
      expect(name).toMatch(/^[A-Za-z0-9._]{1,53}$/);
    }
  });
});
