import { expect, it } from 'vitest';
import { createDelivery } from '../helpers/github.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

it.each([{ HEDDLE_MAX_QUEUE_DEPTH: '3' }, { HEDDLE_MAX_QUEUE_AGE: '1' }])(
  'with %j deliveries and emitted events are refused once the queue is behind',
  async (bound) => {
    const host = await HeddleHost.start(
      prepareHeddle({ env: { HEDDLE_DISPATCH: 'off', ...bound } }),
    );
    let sent = 0;
    const push = async () => {
      const { headers, body } = await createDelivery('{}', { event: 'push', id: `d-${sent++}` });
      return host.post(headers, body);
    };
    expect((await push()).status).toBe(202);
    await expect.poll(async () => (await push()).status).toBe(503);
    const refused = await push();
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(await refused.json()).toMatchObject({ code: 'queue_behind' });
    const emitted = await fetch(new URL('/api/v1/emit', host.process.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"endpoint":"a","data":{}}',
    });
    expect(emitted.status).toBe(503);
    const health = await host.health();
    expect(health.status).not.toBe('healthy');
    expect(JSON.stringify(health.reasons)).toContain('queue_behind');
    await host.process.stop();
  },
);
