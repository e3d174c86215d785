import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkValues } from '../../../infra/deploy/check-values.ts';
import { AzdEnvironment } from '../../azd/environment.ts';
import { provision } from '../../azd/provision.ts';

/** https://github.com/Azure/azure-dev/blob/main/cli/azd/pkg/infra/provisioning/bicep/bicep_provider.go */

const root = resolve(import.meta.dirname, '../../..');

async function fixesOf(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { findings } = await checkValues(root, env);
  return findings.map(({ fix }) => fix);
}

describe('deploy:check of the values of the azd environment', () => {
  test.each([
    [{ VNET_ENABLED: 'yes' }, 'VNET_ENABLED true|false'],
    [{ MAXIMUM_INSTANCE_COUNT: '1e3' }, 'MAXIMUM_INSTANCE_COUNT to a whole number from 40 to 1000'],
    [{ MAXIMUM_INSTANCE_COUNT: '10' }, 'MAXIMUM_INSTANCE_COUNT to a whole number from 40 to 1000'],
    [{ HEDDLE_RETENTION_DAYS: '4000' }, 'HEDDLE_RETENTION_DAYS to a whole number from 1 to 3650'],
    [{ INSTANCE_MEMORY_MB: '1024' }, 'INSTANCE_MEMORY_MB 512|2048|4096'],
    [{ HEDDLE_LOG_LEVEL: '' }, 'HEDDLE_LOG_LEVEL debug|info|warn|error'],
    [{ WEB_PUBSUB_AUDIENCE: '' }, 'WEB_PUBSUB_AUDIENCE to a text that is not blank'],
    [{ MORE_SECRETS_JSON: '' }, 'MORE_SECRETS_JSON to a JSON object: {…}'],
    [{ HTTP_ALLOW_JSON: '*.example' }, 'HTTP_ALLOW_JSON to a JSON list of texts: […]'],
  ])('refuses %j, which azd would drop or Azure refuse', async (env, fix) => {
    expect(await fixesOf(env)).toEqual([`azd env set ${fix}`]);
  });

  test.each(['a"b', 'a\\b', 'two\nlines', 'a\\u0041'])(
    'refuses a text that breaks the JSON of the parameters, and does not print it: %j',
    async (secret) => {
      const outcome = await checkValues(root, { SLACK_SIGNING_SECRET: secret });
      expect(outcome.findings).toMatchObject([{ file: 'SLACK_SIGNING_SECRET' }]);
      expect(JSON.stringify(outcome)).not.toContain(JSON.stringify(secret).slice(1, -1));
    },
  );

  test('takes what azd hands over as it is, and a blank one that it replaces by the default', async () => {
    const env = {
      ...{ GITHUB_WEBHOOK_SECRET: `a $x \${y} 😀`, GITHUB_WEBHOOK_SECRET_2: '' },
      ...{ MORE_SECRETS_JSON: '{"A":"\\"\\\\"}', STORAGE_QUEUES_JSON: '["orders"]' },
      ...{ VNET_ENABLED: '', MAXIMUM_INSTANCE_COUNT: '', HEDDLE_RETENTION_DAYS: '3650' },
      ...{ AZURE_PRINCIPAL_TYPE: '', HEDDLE_HTTP_STREAM: 'on', DEPLOYER_ACCESS: 'true' },
    };
    expect(await fixesOf(env)).toEqual([]);
  });
});

describe('the stand-in for azd', () => {
  const hand = async (values: Readonly<Record<string, string>>): Promise<unknown> => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-values-'));
    try {
      const azd = AzdEnvironment.create(folder, 'shop');
      azd.set(values);
      await provision({ root, hooks: {}, dist: '' }, azd);
      return JSON.parse(readFileSync(join(azd.folder, 'parameters.json'), 'utf8'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  test('does with values what azd does', async () => {
    await expect(hand({ SLACK_SIGNING_SECRET: 'a"b' })).rejects.toThrow("'slackSigningSecret'");
    await expect(hand({ STORAGE_QUEUES_JSON: '' })).rejects.toThrow("'storageQueues'");
    const values = { VNET_ENABLED: 'yes', MAXIMUM_INSTANCE_COUNT: '', HEDDLE_POLLS: '9' };
    expect(await hand(values)).toEqual({ environmentName: 'shop', polls: 9 });
  });
});
