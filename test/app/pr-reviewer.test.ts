import { createTestApp, loadApp, runActor } from 'heddle/testing';
import { describe, expect, it } from 'vitest';
import { PrReviewer } from '../../shared/app/actors/pr-reviewer.ts';

/** GitHub's own example of a pull request, with changes. */
async function review(changes: object = {}) {
  const event = { source: 'github', type: 'pull_request.opened' };
  const { input } = await runActor(PrReviewer, { event });
  const changed = { ...input, pull_request: { ...input.pull_request, ...changes } };
  return runActor(PrReviewer, { event, input: changed });
}

describe('the pull request reviewer', () => {
  it("makes a checklist of GitHub's own example, and keeps it on the run", async () => {
    const { output, state } = await review();
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

  it.each([
    ['a draft', { draft: true }],
    ['a short title', { title: ' fix ' }],
    ['no description', { body: null }],
    ['401 lines', { additions: 400, deletions: 1 }],
    ['the branch it goes to', { head: { ref: 'master' } }],
  ])('leaves %s open', async (_, changes) => {
    expect((await review(changes)).output).toEqual({ ready: false, open: 1 });
  });

  it('does not fit an event that is no pull request', async () => {
    const event = { source: 'github', type: 'push' };
    const refused = runActor(PrReviewer, { event });
    await expect(refused).rejects.toThrow('pull_request');
  });
});

describe('the app', () => {
  it('reviews a pull request that GitHub sends', async () => {
    const app = await loadApp(new URL('../../shared/app/', import.meta.url));
    await using test = await createTestApp({ app, triggers: 'infra/triggers.yaml' });
    const { runs } = await test.deliver('github', 'pull_request.opened');
    expect(runs).toMatchObject([{ trigger: 'pr-review', status: 'succeeded' }]);
  });
});
