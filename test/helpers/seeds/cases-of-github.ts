import { expect } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { findExample } from '../github.ts';
import type { SeedCases } from './seed-case.ts';
import { github } from './send.ts';
import { unknownSender } from './unknown-sender.ts';

export const opened = github('pull_request', findExample('pull_request', 'opened').payload);

const closed = findExample('pull_request', 'closed').payload;
const pull = closed.pull_request as JsonObject;
/** GitHub's own example is neither merged nor against main. */
const close = (merged: boolean, ref: string) =>
  github('pull_request', {
    ...closed,
    pull_request: { ...pull, merged, base: { ...(pull.base as JsonObject), ref } },
  });

/** Triggers on GitHub deliveries. */
export const casesOfGitHub: SeedCases = {
  'github-prs': {
    fires: opened,
    also: ['github-trigger'],
    input: expect.objectContaining({
      action: 'opened',
      pull_request: expect.objectContaining({ title: 'Update the README with new information.' }),
    }),
    misses: [
      {
        send: github('pull_request', closed),
        ...{ clause: 'filter', expected: "event.action == 'opened'", found: false },
      },
    ],
  },
  'github-trigger': {
    fires: github('push', findExample('push').payload),
    input: expect.objectContaining({ ref: String(findExample('push').payload.ref) }),
    misses: [unknownSender(opened)],
  },
  'github-deploy-on-merge': {
    fires: close(true, 'main'),
    also: ['github-trigger'],
    input: { repo: 'Hello-World', version: 'ec26c3e5' },
    misses: [
      {
        send: opened,
        ...{ clause: 'conditions.action', expected: 'closed', found: 'opened' },
      },
      {
        send: close(false, 'main'),
        ...{ clause: 'conditions.merged', expected: true, found: false },
      },
      {
        send: close(true, 'master'),
        ...{ clause: 'conditions.base_branch', expected: 'main', found: 'master' },
      },
    ],
  },
};
