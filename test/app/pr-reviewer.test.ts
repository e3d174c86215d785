import { createRequire } from 'node:module';
import { Actor, type ActorContext, type JsonObject } from 'heddle';
import { describe, expect, it } from 'vitest';
import { PrReviewer } from '../../shared/app/actors/pr-reviewer.ts';

/** GitHub's own example payloads. */
const examples: readonly { readonly name: string; readonly examples: readonly JsonObject[] }[] =
  createRequire(import.meta.url)('@octokit/webhooks-examples');

function findExample(event: string, action?: string): JsonObject {
  const known = examples.find(({ name }) => name === event)?.examples ?? [];
  const found = known.find((payload) => action === undefined || payload.action === action);
  if (!found) throw new Error(`GitHub has no example of ${event} ${action ?? ''}`);
  return found;
}

const opened = findExample('pull_request', 'opened') as JsonObject & { pull_request: JsonObject };
const withChanges = (changes: JsonObject) => ({
  ...opened,
  pull_request: { ...opened.pull_request, ...changes },
});

async function run(payload: JsonObject) {
  let state: JsonObject = {};
  const patch = (changes: JsonObject) => {
    state = { ...state, ...changes };
  };
  const access = { get: () => state, patch, save: async () => undefined };
  const actor = new PrReviewer({} as ActorContext, access);
  expect(actor).toBeInstanceOf(Actor);
  return { output: actor.execute(PrReviewer.input.parse(payload)), state };
}

describe('the pull request reviewer', () => {
  it("makes a checklist of GitHub's own example, and keeps it on the run", async () => {
    const { output, state } = await run(opened);
    expect(output).toEqual({ ready: true, open: 0 });
    expect(state).toEqual({
      pullRequest: 2,
      ready: true,
      checklist: [
        { check: 'is not a draft', ok: true, detail: 'ready' },
        {
          check: 'has a title that says what changes',
          ok: true,
          detail: 'Update the README with new information.',
        },
        { check: 'has a description of 30 characters or more', ok: true, detail: '64 characters' },
        { check: 'changes 400 lines or fewer', ok: true, detail: '2 lines in 1 files' },
        { check: 'comes from a branch of its own', ok: true, detail: 'changes' },
      ],
    });
  });

  it.each<[string, JsonObject]>([
    ['a draft', { draft: true }],
    ['a short title', { title: ' fix ' }],
    ['no description', { body: null }],
    ['401 lines', { additions: 400, deletions: 1 }],
    ['the branch it goes to', { head: { ref: 'master' } }],
  ])('leaves %s open', async (_, changes) => {
    const { output } = await run(withChanges(changes));
    expect(output).toEqual({ ready: false, open: 1 });
  });

  it('does not fit an event that is no pull request', () => {
    const { success, error } = PrReviewer.input.safeParse(findExample('push'));
    expect(success).toBe(false);
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['pull_request']);
  });
});
