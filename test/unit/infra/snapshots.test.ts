import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findDeclarations, readBicep } from '../../../infra/deploy/bicep.ts';
import { loadConfig, SETTING_NAMES } from '../../../shared/heddle/config/config.ts';
import { sourceKinds } from '../../../shared/heddle/sources/kinds.ts';
import { readSettings, replaceList, toList } from '../../deployment/readable-list.ts';
import { type Resource, readSnapshot, SETS, type SetName } from '../../deployment/snapshot.ts';

/** What Azure would be told, by the committed snapshots. `compiler.test.ts` checks that they are current. */

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const resourcesOf = (set: SetName) => readSnapshot(set).predictedResources;
const ofType = (set: SetName, type: string) =>
  resourcesOf(set).filter((resource) => resource.type === type);

const SECRET =
  /^\[format\('@Microsoft\.KeyVault\(SecretUri=\{0\}secrets\/\{1\}\)', .*, '([\w-]+)'\)\]$/;

function split(set: SetName) {
  const settings = Object.entries(readSettings(readSnapshot(set)));
  const isSecret = ([, value]: [string, string]) => SECRET.test(value);
  return {
    secrets: settings.filter(isSecret),
    others: settings.filter((setting) => !isSecret(setting)),
  };
}

describe('the snapshots', () => {
  test('leave nothing to evaluate but what only Azure knows', () => {
    for (const set of SETS) {
      const { diagnostics, predictedResources } = readSnapshot(set);
      expect(diagnostics, set).toEqual([]);
      const text = JSON.stringify(predictedResources);
      expect(text, set).not.toMatch(/(parameters|variables|copyIndex|deployment)\(/);
      expect(predictedResources.map(({ type }) => type)).not.toContain(
        'Microsoft.Resources/deployments',
      );
    }
  });

  test('are of parameters that are, together, all that main.bicep has', async () => {
    const declared = findDeclarations(await readBicep(join(root, 'infra/main.bicep')), 'parameter');
    const given = ['everything', 'overridden'].flatMap((set) => {
      return read(`test/fixtures/deployment/${set}.bicepparam`).match(/(?<=^param )\w+/gm) ?? [];
    });
    expect([...new Set(given)].sort()).toEqual(declared.map(({ name }) => name).sort());
  });

  test('are what the list in infra/README.md is made from', () => {
    const page = read('infra/README.md');
    const list = toList({
      default: readSnapshot('default'),
      everything: readSnapshot('everything'),
    });
    expect(page).toBe(replaceList(page, list));
  });
});

describe('the settings of the app', () => {
  const { others, secrets } = split('everything');
  const names = others.map(([name]) => name).filter((name) => !name.startsWith('TRIGGERS_B64_'));

  test('are exactly those that the code reads', () => {
    // Connection strings are for emulators: a deployed app signs in by identity.
    const local = ['ServiceBus', 'Cosmos', 'AzureWebJobsStorage', 'WebPubSub'];
    const readByCode = SETTING_NAMES.deployed.filter((name) => !local.includes(name));
    expect(names.sort()).toEqual([...readByCode].sort());
  });

  test('are by default and overridden none that everything has not', () => {
    for (const set of ['default', 'overridden'] as const) {
      const known = others.map(([name]) => name);
      expect(known).toEqual(expect.arrayContaining(split(set).others.map(([name]) => name)));
      expect(split(set).secrets, set).toEqual([]);
    }
  });

  test('refer to a secret for each that a source reads, and hold none', () => {
    const more = ['ACME_SECRET', 'acme.key'];
    const known = sourceKinds.flatMap((kind) => kind.defaultSecrets);
    expect(secrets.map(([name]) => name)).toEqual(expect.arrayContaining([...known, ...more]));
    const kept = ofType('everything', 'Microsoft.KeyVault/vaults/secrets').map(toLastName);
    const referred = secrets.map(([, value]) => SECRET.exec(value)?.[1]);
    // These two are kept for what will read them.
    expect([...referred, 'HEDDLE-LINK-SECRET', 'HEDDLE-ADMIN-KEY'].sort()).toEqual(kept.sort());
    for (const { type, properties } of resourcesOf('everything')) {
      const isKept = type === 'Microsoft.KeyVault/vaults/secrets';
      expect(/value of \w/.test(JSON.stringify(properties ?? {})), type).toBe(isKept);
    }
  });

  test.each(SETS)('are read by the app: %s', (set) => {
    const known = split(set).others.map(([name, value]) => [name, toDeployed(name, value)]);
    const config = loadConfig(Object.fromEntries(known));
    const { triggers } = JSON.parse(config.triggersJson ?? '{}');
    const expected = { default: 'pushed', everything: 'by-hook', overridden: 'issue-opened' };
    expect(triggers[0].name).toBe(expected[set]);
    expect(config.concurrency).toBe(set === 'overridden' ? 64 : 16);
  });
});

describe('the names of resources', () => {
  // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
  test.each([
    ['Microsoft.Storage/storageAccounts', /^[a-z0-9]{3,24}$/],
    ['Microsoft.KeyVault/vaults', /^[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/],
    ['Microsoft.KeyVault/vaults/secrets', /^[a-zA-Z0-9-]{1,127}$/],
    ['Microsoft.ServiceBus/namespaces', /^[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]$/],
    ['Microsoft.DocumentDB/databaseAccounts', /^[a-z0-9][a-z0-9-]{1,42}[a-z0-9]$/],
    ['Microsoft.SignalRService/webPubSub', /^[a-zA-Z][a-zA-Z0-9-]{1,61}[a-zA-Z0-9]$/],
    // The host cuts its own id to 32 characters, and apps that share a storage account must differ in it.
    ['Microsoft.Web/sites', /^[a-zA-Z0-9-]{2,32}$/],
  ])('are ones that Azure takes: %s', (type, rule) => {
    const names = ofType('everything', type).map(toLastName);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(name).toMatch(rule);
  });
});

const toLastName = ({ name }: Resource) => name.split('/').at(-1) ?? '';

/** Stands in for what Azure answers. */
function toDeployed(name: string, value: string): string {
  if (!value.startsWith('[')) return value;
  return /uri|endpoint/i.test(name) ? 'https://it.example/' : 'known-in-azure';
}
