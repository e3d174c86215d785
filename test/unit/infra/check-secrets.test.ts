import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAzdEnvironment } from '../../../infra/deploy/azd-environment.ts';
import { checkSecrets } from '../../../infra/deploy/check-secrets.ts';
import { checkSettings } from '../../../infra/deploy/check-settings.ts';
import { readDeployedSecrets } from '../../../infra/deploy/deployed-secrets.ts';
import { readSecretive } from '../../../infra/deploy/source-secrets.ts';
import { toWebhookLines } from '../../../infra/deploy/webhook-lines.ts';
import { AzdEnvironment } from '../../azd/environment.ts';
import { putAzdOnPath } from '../../azd/on-path.ts';

const repository = resolve(import.meta.dirname, '../../..');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-secrets-'));
  cpSync(join(repository, 'test/fixtures/user-app'), root, { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: object): void {
  writeFileSync(join(root, 'infra/triggers.yaml'), JSON.stringify(file));
}

const warn = async (env: Readonly<Record<string, string>>, isKnown = true) =>
  (await checkSecrets(root, { env, isKnown })).warnings;
const on = (source: string, more: object = {}) => {
  return { name: `on-${source}`, source, actor: 'log', ...more };
};

describe('deploy:check of the secrets', () => {
  test('warns of sources in use without a secret, and of no others', async () => {
    write({ triggers: [on('github'), on('slack'), on('schedule', { schedule: '@daily' })] });
    expect(await warn({ SLACK_SIGNING_SECRET_2: 'akvs://sub/vault/secret' })).toEqual([
      'source github: no secret is set, so its webhooks are answered 500: azd env set GITHUB_WEBHOOK_SECRET …',
    ]);
    expect(await warn({ SLACK_SIGNING_SECRET: ' ', GITHUB_WEBHOOK_SECRET: 's' })).toEqual([
      expect.stringContaining('source slack'),
    ]);
  });

  test('asks for no secret of a source that is disabled', async () => {
    const shop = { kind: 'github', secrets: ['SHOP_SECRET'] };
    write({ sources: { shop: { ...shop, enabled: false } }, triggers: [on('shop')] });
    expect(await warn({})).toEqual([]);
    write({ sources: { shop }, triggers: [on('shop')] });
    expect(await warn({})).toEqual([expect.stringContaining('source shop')]);
  });

  test('counts MORE_SECRETS_JSON, and says what does not reach the app', async () => {
    write({
      sources: {
        acme: { kind: 'github', secrets: ['ACME_SECRET'] },
        open: {
          kind: 'custom',
          auth: { kind: 'none' },
          requireVerification: false,
          idFrom: 'body-hash',
        },
        mcp: { subscriptions: { sub: { secret: 'MCP_SECRET', name: 'incident.created' } } },
      },
      triggers: [],
    });
    const more = '{"ACME_SECRET":"a","MCP_SECRET":"whsec_x"}';
    expect(await warn({ MORE_SECRETS_JSON: more })).toEqual([]);
    expect(await warn({ ACME_SECRET: 'a' })).toEqual([
      expect.stringMatching(
        /^source acme: no secret is set.*MORE_SECRETS_JSON '{"ACME_SECRET":"…"}'/,
      ),
      expect.stringContaining('source mcp: MCP_SECRET is not set'),
      'ACME_SECRET reaches the app only within MORE_SECRETS_JSON',
    ]);
  });

  test('warns of settings that inputs name: headers, and the webhook of Slack', async () => {
    const inputs = { url: 'https://a.example', headerSettings: { Authorization: 'CALL_TOKEN' } };
    const slack = { webhookSetting: 'SLACK_URL', text: 'hello' };
    write({
      triggers: [
        on('manual', { actor: 'http', defaultInputs: inputs }),
        { ...on('manual', { actor: 'slack-message', defaultInputs: slack }), name: 'two' },
        {
          ...on('manual', { actor: 'http', defaultInputs: { urlSetting: 'HOOK' } }),
          name: 'three',
        },
      ],
    });
    expect(await warn({ MORE_SECRETS_JSON: '{"SLACK_URL":"https://b.example"}' })).toEqual([
      `trigger on-manual: CALL_TOKEN is not set: azd env set MORE_SECRETS_JSON '{"CALL_TOKEN":"…"}'`,
      `trigger three: HOOK is not set: azd env set MORE_SECRETS_JSON '{"HOOK":"…"}'`,
    ]);
  });

  test('warns of endpoints in code', async () => {
    writeFileSync(
      join(root, 'shared/app/heddle.config.ts'),
      `import { defineApp } from 'heddle';
       export default defineApp({ triggers: [{
         name: 'orders', actor: 'log', type: 'webhook', eventFilter: {},
         endpoint: { path: '/webhooks/orders', auth: { type: 'bearer', secret: process.env.NOWHERE } },
       }] } as never);`,
    );
    write({ triggers: [] });
    const { sources } = await readSecretive(root, {});
    const code = sources.filter(({ inCode }) => inCode !== undefined);
    expect(code).toMatchObject([{ path: 'custom/orders', inCode: '', isUsed: true }]);
    expect(await warn({})).toEqual([expect.stringContaining('its code has no secret here')]);
  });

  test('says that it cannot know where there is no azd environment', async () => {
    write({ triggers: [on('github')] });
    expect(await warn({}, false)).toEqual([expect.stringContaining('nothing is known')]);
  });

  test.each(['[]', '{', '{"A":1}', '"text"'])('refuses %s for MORE_SECRETS_JSON', async (text) => {
    const azd = { env: { MORE_SECRETS_JSON: text }, isKnown: true };
    expect((await checkSecrets(root, azd)).findings).toMatchObject([{ file: 'MORE_SECRETS_JSON' }]);
  });
});

describe('the azd environment', () => {
  test('is asked for by hand, where one is selected', () => {
    const bin = putAzdOnPath();
    const env = { PATH: bin.path, ONLY_HERE: 'x', GITHUB_WEBHOOK_SECRET: 'of the shell' };
    expect(readAzdEnvironment(root, env)).toEqual({ env, isKnown: false });
    AzdEnvironment.create(root, 'shop').set({ GITHUB_WEBHOOK_SECRET: 'of azd' });
    expect(readAzdEnvironment(root, env)).toMatchObject({
      env: { ONLY_HERE: 'x', GITHUB_WEBHOOK_SECRET: 'of azd', AZURE_ENV_NAME: 'shop' },
      isKnown: true,
    });
    const without = { PATH: '/nowhere', AZURE_ENV_NAME: 'shop' };
    expect(readAzdEnvironment(root, without)).toEqual({ env: without, isKnown: true });
    rmSync(bin.folder, { recursive: true });
  });
});

describe('the report after a deployment', () => {
  test('has the addresses and whether there are secrets, and never a secret', async () => {
    write({ sources: { acme: { kind: 'github' } }, triggers: [on('stripe'), on('acme')] });
    const secrets = readDeployedSecrets({ STRIPE_WEBHOOK_SECRET: 'whsec_hidden' });
    const { sources } = await readSecretive(root, {});
    const lines = toWebhookLines(sources, secrets, 'https://a.example/webhooks');
    expect(lines.slice(0, 5)).toEqual([
      'Webhooks:',
      '  https://a.example/webhooks/github/acme',
      expect.stringContaining('source acme: no secret is set'),
      expect.stringMatching(/webhooks\/stripe$/),
      '    signed with STRIPE_WEBHOOK_SECRET, which is set',
    ]);
    expect(lines.join('\n')).not.toContain('hidden');
  });
});

describe('deploy:check of the secrets that it makes itself', () => {
  test('finds one that is made and not kept, or kept and not made', async () => {
    cpSync(join(repository, 'infra/main.bicep'), join(root, 'infra/main.bicep'));
    cpSync(join(repository, 'infra/hooks'), join(root, 'infra/hooks'), { recursive: true });
    expect((await checkSettings(root)).findings).toEqual([]);
    writeFileSync(
      join(root, 'infra/hooks/own-secrets.json'),
      '[{"name":"HEDDLE_LINK_SECRET"},{"name":"HEDDLE_OTHER"}]',
    );
    const { findings } = await checkSettings(root);
    expect(findings.map(({ what }) => what)).toEqual([
      'HEDDLE_ADMIN_KEY is kept in the vault, but no hook makes it',
      'HEDDLE_OTHER is made, but not kept in the vault',
    ]);
  });
});
