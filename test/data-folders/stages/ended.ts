import { setTimeout as wait } from 'node:timers/promises';
import type { Shown } from '../contents.ts';
import { emit, push } from '../deliveries.ts';
import type { Expected } from '../expectations.ts';
import { type FolderHost, until } from '../folder-host.ts';
import { is, type Making, untilRun } from '../making.ts';

/** All that has ended: nothing of it may be lost, and nothing of it may run again. */
export async function leaveEnded(making: Making): Promise<Expected['keyed']> {
  const host = await making.start();
  await takeInEvents(host);
  await endRuns(host);
  await limitRate(host);
  await failToMatch(host);
  const keyed = await replay(host);
  await letTimePass(host);
  await host.stop();
  return keyed;
}

async function takeInEvents(host: FolderHost): Promise<void> {
  const payload = {
    wanted: true,
    ref: 'refs/heads/main',
    repository: { full_name: 'weaver/heddle', private: false },
    commits: [{ id: 'c1', message: 'Größe ändern — 一行目\n"zwei"' }],
    none: null,
    ratio: 0.1,
  };
  await push(host, { id: 'push-1', payload });
  await untilRun(host, 'push-1', is('succeeded'));
  await push(host, { id: 'push-1', payload });
  await push(host, { id: 'push-unwanted', payload: { ...payload, wanted: false } });
  await push(host, { id: 'push-forged', payload, secret: 'another' });
  await emit(host, { type: 'private', id: 'private-1', data: { text: 'nobody keeps this' } });
  await untilRun(host, 'private-1', is('succeeded'));
}

async function endRuns(host: FolderHost): Promise<void> {
  await emit(host, {
    type: 'versioned',
    id: 'versioned-2',
    data: { text: 'by the second version' },
  });
  await untilRun(host, 'versioned-2', is('succeeded'));
  for (const id of ['failing-1', 'failing-2']) {
    await emit(host, { type: 'failing', id, data: { id } });
    await untilRun(host, id, is('failed'));
  }
  for (const name of ['deduped', 'cooled']) {
    await emit(host, { type: name, id: `${name}-1`, data: { key: 'one' } });
    await untilRun(host, `${name}-1`, is('succeeded'));
    await emit(host, { type: name, id: `${name}-2`, data: { key: 'one' } });
    await untilRun(host, `${name}-2`, is('skipped'));
  }
  await emit(host, { type: 'steady', id: 'steady-cancelled', data: { text: 'a mistake' } });
  const { id } = await untilRun(host, 'steady-cancelled', is('running'));
  await host.post(`runs/${id}/cancel`, { reason: 'it was a mistake' });
}

/** Instances exchange what they have admitted after a second: each request is known to the store. */
async function limitRate(host: FolderHost): Promise<void> {
  const path = 'webhooks/github/guarded';
  for (const id of ['guarded-1', 'guarded-2', 'guarded-3']) {
    await push(host, { id, payload: { id }, path });
    await wait(1100);
  }
  await push(host, { id: 'guarded-refused', payload: {}, path });
}

/** Fails five times in a row, after which the trigger is no longer matched. */
async function failToMatch(host: FolderHost): Promise<void> {
  await emit(host, { type: 'erring', id: 'erring-good', data: { name: 'ada' } });
  await untilRun(host, 'erring-good', is('succeeded'));
  for (let n = 1; n <= 5; n++)
    await emit(host, { type: 'erring', id: `erring-${n}`, data: { nameless: n } });
  await until('the trigger in error', async () =>
    (await host.get<Shown>('triggers/erring')).status === 'error' ? true : undefined,
  );
}

async function replay(host: FolderHost): Promise<Expected['keyed']> {
  for (let n = 1; n <= 6; n++) {
    await emit(host, { type: 'replayed', id: `replayed-${n}`, data: { n } });
    await untilRun(host, `replayed-${n}`, is('succeeded'));
  }
  const { json } = await host.post('replays', {
    query: { source: 'emit', type: 'replayed' },
    rate: 1,
  });
  await host.post(`replays/${json.id}/abort`);
  const { id: runId } = await untilRun(host, 'versioned-2', is('succeeded'));
  const key = 'asked once';
  const asked = await host.post(`runs/${runId}/replay`, {}, { 'idempotency-key': key });
  return { runId, key, replay: String(asked.json.runId) };
}

/** Until a schedule has fired, and pollers have polled. */
async function letTimePass(host: FolderHost): Promise<void> {
  const has = async (name: string, isSo: (view: Shown) => boolean) =>
    until(`${name} has gone on`, async () =>
      isSo(await host.get<Shown>(`schedules/${name}`)) ? true : undefined,
    );
  const toPoll = ({ poll }: Shown) => poll as { readonly failures: number; readonly fires: number };
  await has('minutely', ({ last }) => last !== undefined);
  await has('counting', (view) => toPoll(view).fires >= 3);
  await has('ailing', (view) => toPoll(view).failures >= 5);
}
