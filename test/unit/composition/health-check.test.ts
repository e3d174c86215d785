import { channel } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { HOST_REFUSALS } from '../../../shared/heddle/composition/health/host-refusals.ts';
import { PartFault } from '../../../shared/heddle/errors/part-fault.ts';
import { createHealthScene, toTrouble } from '../../helpers/health-scene.ts';

const text = ({ reasons }: { readonly reasons: readonly string[] }) => reasons.join('\n');

describe('/health', () => {
  it('shows the last write and receive, the lag, each part and each source', async () => {
    const { driven, push, health } = await createHealthScene({
      parts: [{ name: 'database', technology: 'SQLite', isVital: true, ask: async () => {} }],
    });
    await push('a');
    driven.observer?.received(0);
    const shown = await health();
    const at = '2026-01-01T00:00:00.000Z';
    expect(shown).toMatchObject({
      ...{ status: 'healthy', reasons: [], triggers: 1, queued: 1, lagSeconds: 0 },
      ...{ lastWrite: { at, ok: true }, lastReceive: { at, ok: true } },
      parts: [
        { name: 'database', technology: 'SQLite', state: 'ok' },
        { name: 'web-pubsub', technology: 'Web PubSub', state: 'unused' },
      ],
      timed: { schedules: 0, pollers: 0 },
    });
    expect(shown.sources).toContainEqual({ name: 'github', kind: 'github', state: 'ready' });
    expect(shown.sources).toContainEqual({ name: 'slack', kind: 'slack', state: 'unused' });
  });

  it('is 503 while the queue does not accept, and forgives it with the next success', async () => {
    const { app, broken, push, health } = await createHealthScene();
    broken.queue = true;
    await expect(push('a')).rejects.toMatchObject({ code: 'queue_unavailable' });
    const refused = await health();
    expect(refused).toMatchObject({
      status: 'unhealthy',
      lastWrite: { ok: false, fault: 'queue_unavailable (disk I/O error)' },
    });
    expect(text(refused)).toContain('the queue does not answer');
    expect(JSON.stringify(refused)).not.toContain('secret/place');
    broken.queue = false;
    // No delivery comes to an instance that a load balancer has taken out.
    expect((await health()).status).toBe('unhealthy');
    const request = { method: 'GET', headers: new Headers(), params: {}, query: new Map() };
    const answer = await app.answer('health', {
      ...{ ...request, query: new URLSearchParams() },
      ...{ body: Buffer.alloc(0), traceparent: undefined },
    });
    expect(answer.status).toBe(503);
    await push('a');
    expect((await health()).status).toBe('healthy');
  });

  it('is not healthy again by time alone, but lets a load balancer try after a minute', async () => {
    const { clock, broken, driven, push, health } = await createHealthScene();
    broken.queue = true;
    await expect(push('a')).rejects.toThrow();
    broken.queue = false;
    await clock.advance(61_000);
    driven.observer?.received(0);
    expect(await health()).toMatchObject({
      status: 'degraded',
      reasons: [
        'the last delivery was refused: queue_unavailable (disk I/O error)',
        'the queue did not accept the last time: queue_unavailable (disk I/O error)',
      ],
    });
  });

  it('is unhealthy, and deliveries are refused, while the queue cannot be read', async () => {
    const { driven, push, health } = await createHealthScene();
    const { observer } = driven;
    observer?.failed(toTrouble('queue'));
    observer?.failed(toTrouble('queue'));
    expect((await health()).status).toBe('degraded');
    expect((await push('a')).status).toBe(202);
    observer?.failed(toTrouble('queue'));
    await expect(push('b')).rejects.toMatchObject({ code: 'queue_unavailable', retryAfter: 10 });
    const sick = await health();
    expect(sick.status).toBe('unhealthy');
    expect(text(sick)).toContain(
      'deliveries are refused: the queue cannot be read: queue_unavailable (disk I/O error)',
    );
    observer?.received(1);
    expect((await push('b')).status).toBe(202);
    expect((await health()).status).toBe('healthy');
  });

  it('tells a pump that has stopped by what is due', async () => {
    const { clock, driven, push, health } = await createHealthScene();
    driven.observer?.received(0);
    await clock.advance(60_000);
    expect((await health()).status).toBe('healthy');
    await push('a');
    expect(await health()).toMatchObject({
      status: 'unhealthy',
      reasons: [
        'messages are due, and the queue has not been read for 60 seconds: start the app again',
      ],
    });
    driven.observer?.received(1);
    expect((await health()).status).toBe('healthy');
  });

  it('names the lag of a queue that is read and does not get on', async () => {
    const { clock, driven, push, health } = await createHealthScene();
    await push('a');
    await clock.advance(400_000);
    driven.observer?.received(0);
    expect(await health()).toMatchObject({
      ...{ status: 'degraded', lagSeconds: 400 },
      reasons: ['the oldest due message has waited for 6 minutes'],
    });
  });

  it('names messages that fail one after the other, by code', async () => {
    const { broken, driven, health } = await createHealthScene();
    broken.store = true;
    const delivery = {
      id: 'm',
      body: '{"kind":"wake","runId":"r"}',
      sequence: 1,
      deliveryCount: 1,
    };
    const { signal } = new AbortController();
    for (let count = 0; count < 5; count++) {
      await driven.handler?.handle({ ...delivery, signal }).catch(() => {});
    }
    broken.store = false;
    expect(text(await health())).toMatch(/the last 5 messages could not be handled: /);
  });

  it('says that nothing came to an instance in Azure although messages are due', async () => {
    const { clock, push, health } = await createHealthScene({ isDriven: false });
    await push('a');
    await clock.advance(400_000);
    const { status, reasons } = await health();
    expect(status).toBe('degraded');
    expect(reasons).toEqual([expect.stringMatching(/none has come here for 6 minutes/)]);
  });

  it('is degraded where nothing runs because a setting says so', async () => {
    const { health } = await createHealthScene({ env: { HEDDLE_DISPATCH: 'off' } });
    expect(await health()).toMatchObject({
      status: 'degraded',
      reasons: ['HEDDLE_DISPATCH is off: events are kept, and nothing runs'],
    });
  });
});

describe('a host that refuses requests before the app sees them', () => {
  it('makes the app unhealthy until a delivery is taken', async () => {
    const { push, health } = await createHealthScene();
    channel(HOST_REFUSALS).publish('too many bodies are in memory');
    expect(await health()).toMatchObject({
      status: 'unhealthy',
      reasons: ['the last delivery was refused: too many bodies are in memory'],
    });
    await push('a');
    expect((await health()).status).toBe('healthy');
  });
});

describe('a store that is away', () => {
  it('lets deliveries in for half a minute, then refuses them until it can be read', async () => {
    const { clock, broken, driven, push, health } = await createHealthScene();
    await health();
    broken.store = true;
    await clock.advance(3000);
    driven.observer?.received(0);
    expect(text(await health())).toContain('the store was not read the last time: store_unavail');
    expect((await push('a')).status).toBe(202);
    await clock.advance(31_000);
    driven.observer?.received(0);
    await expect(push('b')).rejects.toMatchObject({ code: 'store_unavailable', retryAfter: 10 });
    expect((await health()).status).toBe('unhealthy');
    broken.store = false;
    // The refused delivery has the store read again.
    await push('b').catch(() => undefined);
    await expect
      .poll(() =>
        push('c').then(
          ({ status }) => status,
          () => 503,
        ),
      )
      .toBe(202);
    expect((await health()).status).toBe('healthy');
  });
});

describe('a source', () => {
  it('that a trigger needs and that has no secret degrades the app', async () => {
    const { health } = await createHealthScene({ env: { GITHUB_WEBHOOK_SECRET: ' ' } });
    const { status, reasons, sources } = await health();
    const fault = 'set GITHUB_WEBHOOK_SECRET or GITHUB_WEBHOOK_SECRET_2';
    expect(status).toBe('degraded');
    expect(reasons).toEqual([`source github refuses every delivery: ${fault}`]);
    expect(sources).toContainEqual({ name: 'github', kind: 'github', state: 'refusing', fault });
  });

  it('that nobody needs degrades it once a delivery was refused', async () => {
    const { app, health } = await createHealthScene();
    const sent = { method: 'POST', headers: new Headers(), query: new URLSearchParams() };
    const request = { ...sent, body: Buffer.from('{}'), receivedAt: 0, traceparent: undefined };
    await expect(
      app.receive('grafana', undefined, {
        ...request,
        headers: new Headers({ 'content-type': 'application/json' }),
      }),
    ).rejects.toThrow();
    const { status, reasons } = await health();
    expect(status).toBe('degraded');
    expect(text({ reasons })).toMatch(/^source grafana refuses every delivery: /);
  });
});

describe('a part', () => {
  const vital = { name: 'database', technology: 'SQLite', isVital: true };
  const other = { name: 'web', technology: 'Web PubSub', isVital: false };

  it('that fails says why, and is unhealthy only where nothing works without it', async () => {
    const ask = () => Promise.reject(new PartFault('the disk is full'));
    const one = await createHealthScene({ parts: [{ ...vital, ask }] });
    const reasons = ['database (SQLite) does not do its work: the disk is full'];
    expect(await one.health()).toMatchObject({ status: 'unhealthy', reasons });
    const two = await createHealthScene({ parts: [{ ...other, ask }] });
    expect((await two.health()).status).toBe('degraded');
  });

  it('that works and warns is degraded, vital or not', async () => {
    const findWarning = async () => 'little room is left';
    const ask = async () => undefined;
    const { health } = await createHealthScene({ parts: [{ ...vital, ask, findWarning }] });
    expect(await health()).toMatchObject({
      ...{ status: 'degraded', reasons: ['database (SQLite): little room is left'] },
      parts: [{ name: 'database', state: 'ok' }, { name: 'web-pubsub' }],
    });
  });

  it('that hangs is waited for two seconds, with all others at once, and counts when it answers', async () => {
    const hanging = Promise.withResolvers<void>();
    const ask = () => hanging.promise;
    const { clock, health } = await createHealthScene({
      parts: [
        { ...vital, ask },
        { ...other, ask },
      ],
    });
    const asked = health();
    await clock.advance(2000);
    // The libraries may still be loading.
    expect(await asked).toMatchObject({
      status: 'degraded',
      reasons: [
        'database (SQLite) does not do its work: no answer within 2 s',
        'web (Web PubSub) does not do its work: no answer within 2 s',
      ],
    });
    // The next one does not wait for what has not answered.
    expect((await health()).status).toBe('degraded');
    await clock.advance(20_000);
    expect((await health()).status).toBe('unhealthy');
    hanging.resolve();
    await expect.poll(async () => (await health()).status).toBe('healthy');
  });

  it('is asked no more often than every five seconds, whoever asks', async () => {
    let asked = 0;
    const ask = async () => void asked++;
    const { clock, health } = await createHealthScene({ parts: [{ ...vital, ask }] });
    await Promise.all([health(), health(), health()]);
    await health();
    expect(asked).toBe(1);
    await clock.advance(5000);
    await health();
    expect(asked).toBe(2);
  });
});
