import { expect, it, onTestFinished, vi } from 'vitest';
import { createWebPubSubSample } from '../../shared/heddle/cli/samples/webpubsub.ts';
import { startAzureBackend } from '../helpers/backend.ts';
import { prepareFeatureApp } from '../helpers/feature-app.ts';
import { HeddleHost } from '../helpers/heddle-host.ts';

const KEY = 'an access key that is long enough';
const triggers = `sources:
  webpubsub:
    hub: chat
    allowedOrigins: [heddle.webpubsub.azure.com]
    secrets: [WEBPUBSUB_ACCESS_KEY]
triggers:
  - { name: answer, source: webpubsub, eventType: user.vote, actor: answer }
`;

/**
 * Moves the clock of emulators that this process starts afterwards, as they keep the mocked
 * function.
 */
function shareClock(): { aheadMs: number } {
  const clock = { aheadMs: 0 };
  const { now } = Date;
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => now() + clock.aheadMs);
  onTestFinished(() => spy.mockRestore());
  return clock;
}

it('a process that is killed while a Web PubSub client waits leaves the run to the message that stood by', async () => {
  const clock = shareClock();
  const backend = await startAzureBackend();
  onTestFinished(() => backend[Symbol.asyncDispose]());
  const env = { ...backend.env, WEBPUBSUB_ACCESS_KEY: KEY };
  const app = prepareFeatureApp({ triggers, env });
  const host = await HeddleHost.start(app);
  const { path, headers } = createWebPubSubSample('user.vote', () => KEY)();
  const body = '{"choice":"wait"}';
  const sent = fetch(`${host.process.url}/${path}`, { method: 'POST', headers, body });
  const cut = expect(sent).rejects.toThrow('fetch failed');
  await expect.poll(() => app.lines(), { timeout: 10_000 }).toHaveLength(1);
  await host.process.kill();
  await cut;

  app.release();
  const next = await HeddleHost.start(app);
  expect(await next.runs()).toMatchObject([{ status: 'running' }]);
  clock.aheadMs = 61_000;
  // Nothing is locked: this only makes the queue check the time.
  backend.serviceBus.faults.loseLocks('events');
  await new Promise((resolve) => setImmediate(resolve));
  clock.aheadMs = 0;
  await next.drained();
  expect(await next.runs()).toMatchObject([
    {
      ...{ status: 'succeeded', output: { webPubSub: { reply: { counted: 'wait' } } } },
      attempts: [{ outcome: 'interrupted' }, { outcome: 'succeeded' }],
    },
  ]);
  expect(app.lines()).toHaveLength(2);
  const { scheduled, cancelled } = backend.serviceBus.counts.events ?? {};
  expect({ scheduled, cancelled }).toEqual({ scheduled: 1, cancelled: 0 });
});
