import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkHealth, createImage, runContainer } from '../helpers/container.ts';
import { createDelivery, SECRET } from '../helpers/github.ts';

it('installs and builds as the Dockerfile says, and what comes of it runs', async () => {
  const image = createImage({ installs: true });
  onTestFinished(() => image.remove());
  const volume = image.createVolume();
  const gate = join(volume, 'gate');
  writeFileSync(gate, '');
  const key = 'k'.repeat(40);
  const env = { GITHUB_WEBHOOK_SECRET: SECRET, GATE: gate, LOCAL_HOST_KEY: key };
  const container = await runContainer(image, { volume, env });
  onTestFinished(async () => {
    container.signal('SIGKILL');
    await container.exited;
  });
  expect(checkHealth(image, container.port).status).toBe(0);
  const { headers, body } = await createDelivery('{"ref":"main"}');
  const url = `${container.url}/webhooks/github`;
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(202);
  const options = { headers: { 'x-functions-key': key } };
  await expect
    .poll(async () => (await fetch(`${container.url}/api/v1/runs`, options)).json())
    .toMatchObject({ items: [{ trigger: 'gated', status: 'succeeded' }] });
  container.signal('SIGTERM');
  expect(await container.exited).toBe(0);
});
