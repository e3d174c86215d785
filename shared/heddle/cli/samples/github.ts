import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { CliError } from '../cli-error.ts';
import { type SampleOptions, type SampleRequest, toSampleTools } from './sample-request.ts';

interface ExampleGroup {
  readonly name: string;
  readonly examples: readonly { readonly action?: string }[];
}

/**
 * Signs one of GitHub's own example payloads.
 * @param type `push`, `pull_request`, or with an action: `pull_request.closed`
 * @returns a function that creates the delivery under a fresh delivery id
 * @throws {CliError} when there is no such example
 */
export function createGitHubSample(
  type: string,
  secret: string,
  options?: SampleOptions,
): () => SampleRequest {
  const { createId, toPayload, hasPayload } = toSampleTools(options);
  const payload = toPayload(() => findExample(type));
  const [, action] = type.split('.');
  const body = JSON.stringify(hasPayload && action ? { action, ...payload } : payload);
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const event = type.split('.', 1)[0] ?? type;
  return () => ({
    path: 'webhooks/github',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/heddle-send',
      'x-github-event': event,
      'x-github-delivery': createId(),
      'x-hub-signature-256': `sha256=${signature}`,
    },
    body,
  });
}

function findExample(type: string): object {
  const [event, action] = type.split('.');
  const groups = loadExamples();
  const group = groups.find(({ name }) => name === event);
  if (!group) {
    const known = groups.map(({ name }) => name).join(', ');
    throw new CliError(`GitHub has no example of "${event}". Known types: ${known}`);
  }
  const example = group.examples.find((candidate) => !action || candidate.action === action);
  if (example) return example;
  const actions = new Set(group.examples.map((candidate) => candidate.action ?? '(none)'));
  throw new CliError(`There is no example of "${type}". Known actions: ${[...actions].join(', ')}`);
}

/** Loads a development dependency of 6 MB at its first use; it is never part of the bundle. */
function loadExamples(): readonly ExampleGroup[] {
  return createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly ExampleGroup[];
}
