import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  findDeclarations,
  findObject,
  parseBicep,
  readBicep,
  readObject,
} from '../../../infra/deploy/bicep.ts';
import { checkForm, checkParameters } from '../../../infra/deploy/check-bicep.ts';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/**
 * Built-in roles from Microsoft's list:
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
const ROLES = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
  serviceBusDataReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0',
  serviceBusDataOwner: '090c5cfd-751d-490a-894a-3ce6f1109419',
  serviceBusDataSender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39',
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb',
  webPubSubServiceOwner: '12cf5a90-567b-43ae-8102-96cf46c7d9b4',
};

describe('the Bicep files', () => {
  test('are Bicep, all of them', async () => {
    expect(await checkForm(root)).toEqual({ findings: [], summary: '13 files' });
  });

  test('ask for the parameters that azd fills in', async () => {
    expect((await checkParameters(root)).findings).toEqual([]);
  });

  test('give each module the parameters that it declares', async () => {
    const main = await readBicep(join(root, 'infra/main.bicep'));
    for (const { node, name } of findDeclarations(main, 'module')) {
      const path = node.descendantsOfType('string')[0]?.text.slice(1, -1) ?? '';
      const declared = findDeclarations(await readBicep(join(root, 'infra', path)), 'parameter');
      const body = findObject(node);
      const given = [...readObject(readObject(body).get('params')).keys()];
      const required = declared.filter((parameter) => !parameter.text.includes('='));
      const names = declared.map((parameter) => parameter.name);
      expect(names, name).toEqual(expect.arrayContaining(given));
      expect(given, name).toEqual(
        expect.arrayContaining(required.map((parameter) => parameter.name)),
      );
    }
  });

  test('are told apart by azd: tags, location and outputs', async () => {
    const main = await readBicep(join(root, 'infra/main.bicep'));
    const parameters = findDeclarations(main, 'parameter');
    expect(parameters.find(({ name }) => name === 'location')?.decorators).toContain(
      "azd: { type: 'location' }",
    );
    expect(findDeclarations(main, 'output').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['AZURE_LOCATION', 'SERVICE_API_NAME', 'WEBHOOK_BASE_URL']),
    );
    expect(read('infra/main.bicep')).toContain("'azd-env-name': environmentName");
    expect(read('infra/app/function-app.bicep')).toContain("'azd-service-name': 'api'");
  });

  test('keep secrets out of the deployment history', async () => {
    const main = await readBicep(join(root, 'infra/main.bicep'));
    const secrets = findDeclarations(main, 'parameter').filter(({ name }) =>
      /secret|accesskey/i.test(name),
    );
    expect(secrets.length).toBeGreaterThan(10);
    for (const { name, decorators } of secrets) expect(decorators, name).toContain('@secure()');
  });

  test('grant these roles and no others', () => {
    const text = globSync('infra/**/*.bicep', { cwd: root }).map(read).join('\n');
    const found = text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
    const dataContributor = '00000000-0000-0000-0000-000000000002';
    expect(found.sort()).toEqual([...Object.values(ROLES), dataContributor].sort());
    for (const [name, id] of Object.entries(ROLES)) expect(text).toContain(`${name}: '${id}'`);
  });

  test.each([
    ['storage', 'allowSharedKeyAccess: false'],
    ['storage', 'allowBlobPublicAccess: false'],
    ['storage', "minimumTlsVersion: 'TLS1_2'"],
    ['service-bus', 'disableLocalAuth: true'],
    ['service-bus', "minimumTlsVersion: '1.2'"],
    ['cosmos', 'disableLocalAuth: true'],
    ['cosmos', "minimalTlsVersion: 'Tls12'"],
    ['key-vault', 'enableRbacAuthorization: true'],
    ['key-vault', 'enablePurgeProtection: purgeProtection ? true : null'],
    ['monitoring', 'DisableLocalAuth: true'],
    ['web-pubsub', 'disableLocalAuth: true'],
    ['function-app', 'properties: { allow: false }'],
    ['function-app', 'httpsOnly: true'],
    ['function-app', "minTlsVersion: '1.2'"],
  ])('closes what needs no key: %s has %s', (file, text) => {
    expect(read(`infra/app/${file}.bicep`)).toContain(text);
  });

  test('name the function app that azure.yaml deploys, from the folder that is built', () => {
    const { services, hooks } = parse(read('azure.yaml'));
    expect(services).toEqual({
      api: { project: '.', language: 'ts', host: 'function', remoteBuild: false, dist: './build' },
    });
    const names = ['prepackage', 'preprovision', 'postprovision', 'predeploy', 'postdeploy'];
    expect(Object.keys(hooks)).toEqual(names);
    // Inline commands: before a hook that is a file of JavaScript azd runs `npm install`.
    for (const name of names) expect(hooks[name].run).toBe(`node infra/hooks/${name}.mjs`);
    const ignored = read('.funcignore')
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    expect(ignored.join('\n')).not.toContain('node_modules');
  });
});

describe('a file that is no Bicep', () => {
  test('is reported with its line', async () => {
    const { faults } = await parseBicep('x.bicep', 'param a string\nparam b = = 1\n');
    expect(faults[0]).toMatchObject({ line: 2 });
  });
});
