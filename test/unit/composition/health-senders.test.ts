import { describe, expect, it } from 'vitest';
import { createHealthScene } from '../../helpers/health-scene.ts';

const ID = '1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f';

const deployed = {
  WebPubSub__endpoint: 'https://my.webpubsub.azure.com',
  HEDDLE_ENTRA_TENANT: '0b1f4e2a-5c3d-4e6f-8a7b-9c0d1e2f3a4b',
  HEDDLE_WEBPUBSUB_AUDIENCE: 'https://webpubsub.azure.com',
  HEDDLE_WEBPUBSUB_IDENTITY: ID,
};

async function readSource(
  name: string,
  sources: Readonly<Record<string, object>>,
  env: Readonly<Record<string, string>> = {},
) {
  const { health } = await createHealthScene({ sources, env });
  const { status, sources: states } = await health();
  return { status, ...states?.find((one) => one.name === name) };
}

describe('/health of a source whose sender brings a token', () => {
  it('is ready without any secret once all is known', async () => {
    const custom = { kind: 'custom', auth: { kind: 'entra', audience: 'api://x', oid: ID } };
    const grid = { auth: { kind: 'entra', audience: 'api://x' } };
    expect(await readSource('webpubsub', { webpubsub: {} }, deployed)).toMatchObject({
      state: 'ready',
    });
    expect(await readSource('orders', { orders: custom }, deployed)).toMatchObject({
      state: 'ready',
    });
    expect(await readSource('eventgrid', { eventgrid: grid }, deployed)).toMatchObject({
      state: 'ready',
    });
  });

  it.each(['HEDDLE_ENTRA_TENANT', 'HEDDLE_WEBPUBSUB_AUDIENCE', 'HEDDLE_WEBPUBSUB_IDENTITY'])(
    'says that everything is refused while %s is blank',
    async (setting) => {
      const env = { ...deployed, [setting]: ' ' };
      const state = await readSource('webpubsub', { webpubsub: { auth: 'entra' } }, env);
      expect(state).toMatchObject({
        ...{ status: 'degraded', state: 'refusing', fault: expect.stringContaining(setting) },
      });
    },
  );

  it('says nothing of a deployed service that no trigger needs', async () => {
    expect(await readSource('webpubsub', {})).toMatchObject({ status: 'healthy', state: 'unused' });
    expect(await readSource('webpubsub', {}, deployed)).toMatchObject({ state: 'ready' });
  });
});
