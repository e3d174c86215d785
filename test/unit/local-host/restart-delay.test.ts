import { expect, it } from 'vitest';
import { RestartDelay } from '../../../infra/local/watch/restart-delay.ts';

it('grows while the app ends soon after its start, and begins anew after it has run', () => {
  let now = 0;
  const delay = new RestartDelay(() => now);
  const restart = (livedMs: number) => {
    now += livedMs;
    const waitMs = delay.next();
    delay.noteReady();
    return waitMs;
  };
  expect([100, 100, 100, 100].map(restart)).toEqual([0, 1000, 2000, 4000]);
  expect([100, 100, 100, 100].map(restart)).toEqual([5000, 5000, 5000, 5000]);
  expect([5000, 100].map(restart)).toEqual([0, 1000]);
});
