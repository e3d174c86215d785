// What follows a deployment. A step that fails says so and what to do by hand; the deployment stands.

import { toKeyLines, toNextLines } from './next-steps.mjs';
import { runTypeScript } from './run.mjs';
import { connectWebPubSub } from './web-pubsub.mjs';

/** In order. `run` gets the azd environment; `byHand` says what to do where it fails. */
export const steps = [
  {
    name: 'Webhooks',
    run: () => runTypeScript('infra/deploy-report.ts'),
    byHand: 'npm run deploy:check lists the sources without a secret',
  },
  {
    name: 'Keys',
    run: ({ env, log }) => log(toKeyLines(env).join('\n')),
    byHand: 'see "Keys of the API" in infra/README.md',
  },
  {
    name: 'Web PubSub',
    run: connectWebPubSub,
    byHand: 'see "Web PubSub" in infra/README.md',
  },
  {
    name: 'Next',
    run: ({ env, log }) => log(toNextLines(env).join('\n')),
    byHand: 'see infra/README.md',
  },
];

export async function runSteps(all, { env = process.env, log = console.log } = {}) {
  for (const { name, run, byHand } of all) {
    try {
      await run({ env, log });
    } catch (error) {
      log(`${name}: not done, and the deployment stands: ${error.message}. By hand: ${byHand}.`);
    }
  }
}
