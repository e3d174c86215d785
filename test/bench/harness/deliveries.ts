import { createHmac, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

/** A GitHub delivery, sent repeatedly under fresh ids. */
export interface Delivery {
  /** `pull_request.opened, 20.9 KB` */
  readonly title: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const SECRET = 'the secret of the bench';
export const PATH = '/webhooks/github';
export const ID_HEADER = 'x-github-delivery';

interface ExampleGroup {
  readonly name: string;
  readonly examples: readonly { readonly action?: string }[];
}

/** Signs one of GitHub's own examples. */
export function createDelivery(event: string, action: string): Delivery {
  const require = createRequire(import.meta.url);
  const groups = require('@octokit/webhooks-examples') as readonly ExampleGroup[];
  const group = groups.find(({ name }) => name === event);
  const example = group?.examples.find((candidate) => candidate.action === action);
  if (!example) throw new Error(`there is no example of ${event}.${action}`);
  const body = JSON.stringify(example);
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const size = (Buffer.byteLength(body) / 1024).toFixed(1);
  return {
    title: `${event}.${action}, ${size} KB`,
    body,
    headers: {
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/bench',
      'x-github-event': event,
      'x-hub-signature-256': `sha256=${signature}`,
      [ID_HEADER]: randomUUID(),
    },
  };
}

export const SMALL = createDelivery('marketplace_purchase', 'cancelled');
export const LARGE = createDelivery('pull_request', 'opened');
