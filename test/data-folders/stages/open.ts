import type { Shown, ShownRun } from '../contents.ts';
import { emit, push } from '../deliveries.ts';
import { type Execution, type Pending, readJournal } from '../expectations.ts';
import { type FolderHost, until } from '../folder-host.ts';
import { is, isHeldBy, type Making, untilRun } from '../making.ts';

/** All that has not ended, until the process is killed in the midst of it. */
export async function leaveOpen(making: Making): Promise<void> {
  const host = await making.start();
  await hold(host);
  await queueUp(host);
  await openWindows(host);
  await pause(host);
  for (const name of ['later', 'private-later']) {
    await emit(host, { type: name, id: `${name}-1`, data: { text: `fails first: ${name}` } });
    await untilRun(host, `${name}-1`, isToBeTriedAgain);
  }
  await host.kill();
}

async function hold(host: FolderHost): Promise<void> {
  for (const name of ['steady', 'private-held', 'limited', 'exclusive']) {
    await emit(host, { type: name, id: `${name}-1`, data: { text: `held: ${name}`, priority: 0 } });
    await untilRun(host, `${name}-1`, isAtWork(1));
  }
  await emit(host, { type: 'ordered', id: 'ordered-1', data: { stream: 'one', n: 1 } });
  await untilRun(host, 'ordered-1', isAtWork(1));
}

/** Behind those that are held. */
async function queueUp(host: FolderHost): Promise<void> {
  await emit(host, { type: 'exclusive', id: 'exclusive-2' });
  await untilRun(host, 'exclusive-2', is('skipped'));
  await emit(host, { type: 'ordered', id: 'ordered-2', data: { stream: 'one', n: 2 } });
}

async function openWindows(host: FolderHost): Promise<void> {
  for (const name of ['debounced', 'batched']) {
    await emit(host, { type: name, id: `${name}-1`, data: { n: 1 } });
    await untilRun(host, `${name}-1`, is('queued'));
    for (const n of [2, 3]) {
      await emit(host, { type: name, id: `${name}-${n}`, data: { n } });
      await untilRun(host, `${name}-${n}`, isHeldBy(name === 'batched' ? 'batch' : 'debounce'));
    }
  }
}

async function pause(host: FolderHost): Promise<void> {
  for (const name of ['frozen', 'frozen-last']) {
    await host.post(`triggers/${name}/pause`, { message: 'a freeze' });
    for (const n of [1, 2]) {
      await emit(host, { type: name, id: `${name}-${n}`, data: { n } });
      await untilRun(host, `${name}-${n}`, isHeldBy('paused'));
    }
  }
  await untilRun(host, 'frozen-last-1', is('skipped'));
}

/**
 * The second process finds all that interrupted, goes on with it, and is killed while it replays and
 * polls. @returns what the poll has to fire
 */
export async function interruptAgain(making: Making): Promise<Pending> {
  const host = await making.start({ pollsHang: true });
  for (const name of ['steady', 'private-held', 'limited', 'exclusive', 'ordered']) {
    await untilRun(host, `${name}-1`, isAtWork(2));
  }
  await emit(host, { type: 'steady', id: 'steady-2', data: { text: 'interrupted once' } });
  await untilRun(host, 'steady-2', isAtWork(1));
  const eventId = await until('a poll that hangs', async () => findHangingPoll(making));
  await waitInLine(making, host);
  const query = { source: 'emit', type: 'replayed' };
  const { json } = await host.post('replays', { query, rate: 1 });
  await until('a replay half done', async () => {
    const { replayed } = await host.get<{ replayed: number }>(`replays/${json.id}`);
    return replayed >= 2 ? true : undefined;
  });
  await host.kill();
  const due = Date.parse(eventId.replace(/^hanging:|:0$/g, ''));
  return { source: 'poll', eventId, trigger: 'hanging', data: { due } };
}

/**
 * Leaves runs that wait in line. Such a run also checks for a free slot itself, less and less often. It must
 * not do so before the run that holds the slot is recovered, or it would get the slot once nobody renews it.
 */
async function waitInLine(making: Making, host: FolderHost): Promise<void> {
  const hasJustChecked = ({ dueAt = '' }: ShownRun) =>
    Date.parse(dueAt) > Date.parse(making.now()) + CHECKS_AFTER_MS;
  const waiting = { 'limited-2': 0, 'limited-3': 5 };
  for (const [id, priority] of Object.entries(waiting)) {
    await emit(host, { type: 'limited', id, data: { priority } });
    await untilRun(host, id, isHeldBy('maxConcurrent'));
  }
  for (const id of Object.keys(waiting)) await untilRun(host, id, hasJustChecked);
}

const CHECKS_AFTER_MS = 25_000;

function findHangingPoll({ settings }: Making): string | undefined {
  const isIt = ({ trigger, attempt }: Execution) => trigger === 'hanging' && attempt === 0;
  return readJournal(settings.journal).find(isIt)?.eventId;
}

/** The third takes in what nobody runs any more, and is killed. @returns what has to run of it */
export async function leaveInQueue(making: Making): Promise<readonly Pending[]> {
  const host = await making.start({ isDispatching: false });
  const data = (id: string) => ({ wanted: true, id });
  for (const id of ['push-2', 'push-3']) await push(host, { id, payload: data(id) });
  await emit(host, {
    type: 'private',
    id: 'private-2',
    data: { text: 'nobody keeps this either' },
  });
  await emit(host, { type: 'ordered', id: 'ordered-3', data: { stream: 'one', n: 3 } });
  const { json } = await host.post('triggers/manual/execute', { text: 'by hand' });
  await replayAndResubmit(host);
  await host.kill();
  const manual = { eventId: String(json.eventId), trigger: 'manual' };
  return [
    { source: 'github', eventId: 'push-2', trigger: 'done', data: data('push-2') },
    { source: 'github', eventId: 'push-3', trigger: 'done', data: data('push-3') },
    { source: 'emit', eventId: 'private-2', trigger: 'private', data: {} },
    { source: 'emit', eventId: 'ordered-2', trigger: 'ordered', data: { stream: 'one', n: 2 } },
    { source: 'emit', eventId: 'ordered-3', trigger: 'ordered', data: { stream: 'one', n: 3 } },
    { source: 'manual', ...manual, data: { text: 'by hand' } },
  ];
}

async function replayAndResubmit(host: FolderHost): Promise<void> {
  const done = await untilRun(host, 'push-1', is('succeeded'));
  await host.post(`runs/${done.id}/replay`);
  const failed = await untilRun(host, 'failing-1', is('failed'));
  const letters = await host.list<Shown & { readonly runIds: readonly string[] }>('dead-letters');
  const letter = letters.find(({ runIds }) => runIds.includes(failed.id));
  await host.post(`dead-letters/${letter?.id}/resubmit`);
}

/** Executed for the nth time, its state saved. */
const isAtWork =
  (executions: number) =>
  ({ status, state }: Shown): boolean =>
    status === 'running' && (state as { began?: number[] }).began?.length === executions;

const isToBeTriedAgain = ({ status, attempts }: ShownRun): boolean =>
  status === 'queued' && attempts.length === 1;
