import { fileURLToPath } from 'node:url';
import { readAzdEnvironment } from './deploy/azd-environment.ts';
import { readDeployedSecrets } from './deploy/deployed-secrets.ts';
import { readSecretive } from './deploy/source-secrets.ts';
import { toWebhookLines } from './deploy/webhook-lines.ts';

/** Run after a deployment: the webhooks of the sources, and whether they have a secret. */

const root = fileURLToPath(new URL('..', import.meta.url));
const { env } = readAzdEnvironment(root, process.env);
const secrets = readDeployedSecrets(env);
Object.assign(process.env, secrets.values);
const { sources } = await readSecretive(root, env);
for (const line of toWebhookLines(sources, secrets, env.WEBHOOK_BASE_URL ?? '')) console.log(line);
