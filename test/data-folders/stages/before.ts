import { emit } from '../deliveries.ts';
import { type FolderHost, until } from '../folder-host.ts';
import { is, isHeldBy, type Making, untilRun } from '../making.ts';

const TRIGGERS = 'triggers-before.yaml';

/** Leaves runs of an earlier triggers file, with a trigger that has changed since and one that is gone. */
export async function leaveEarlierTriggers(making: Making): Promise<void> {
  const host = await making.start({}, TRIGGERS);
  await emit(host, {
    type: 'versioned',
    id: 'versioned-1',
    data: { text: 'by the first version' },
  });
  await untilRun(host, 'versioned-1', is('succeeded'));
  await emit(host, { type: 'gone', id: 'gone-1', data: { text: 'while the trigger was there' } });
  await untilRun(host, 'gone-1', is('succeeded'));
  await host.post('triggers/gone/pause', { message: 'it will be removed' });
  await emit(host, {
    type: 'gone',
    id: 'gone-2',
    data: { text: 'held by a trigger that is gone' },
  });
  await untilRun(host, 'gone-2', isHeldBy('paused'));
  await host.stop();
}

/** A message that ends its process at each delivery, until it is given up: a dead letter. */
export async function leaveDeadLetter(making: Making): Promise<void> {
  const first = await making.start({}, TRIGGERS);
  await emit(first, { type: 'dying', id: 'dying-1', data: { text: 'too large for the memory' } });
  await first.exited;
  for (;;) {
    const host = await startUnlessDead(making);
    const isGivenUp = host && (await Promise.race([host.exited.then(() => false), fails(host)]));
    if (host && isGivenUp) return host.stop();
  }
}

/** It may end before it is ready. */
async function startUnlessDead(making: Making): Promise<FolderHost | undefined> {
  try {
    return await making.start({}, TRIGGERS);
  } catch {
    return undefined;
  }
}

async function fails(host: FolderHost): Promise<boolean> {
  try {
    await untilRun(host, 'dying-1', is('failed'));
    await until('the dead letter', async () => (await host.list('dead-letters'))[0]);
    return true;
  } catch {
    return false;
  }
}
