import { describe, expect, it } from 'vitest';
import { createTestApp, loadApp } from '../../../shared/heddle/testing/index.ts';

const folder = new URL('../../fixtures/own-app/shared/app/', import.meta.url);
const triggers = 'test/fixtures/own-app/infra/triggers.yaml';

describe('a test app of a whole app', () => {
  it('runs actors and pollers that are found in its files', async () => {
    await using test = await createTestApp({ app: await loadApp(folder), triggers });
    await test.advance('1m');
    const { runs } = await test.deliver('github', 'pull_request.opened');
    expect(runs).toMatchObject([{ trigger: 'pr-review', status: 'succeeded' }]);
    expect((await test.runs('ticks')).length).toBeGreaterThan(0);
  });

  it('names a folder that has no app', async () => {
    const none = loadApp(new URL('../nowhere/', import.meta.url));
    await expect(none).rejects.toThrow(/nowhere\/heddle\.config\.ts/);
  });
});
