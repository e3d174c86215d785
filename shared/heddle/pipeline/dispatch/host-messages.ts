import type { Delivery } from '../../ports/event-queue.ts';
import { keepDeadLetter } from '../completion/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Isolation } from '../isolation/index.ts';
import { giveUpMessage } from './give-up-message.ts';
import { dispatchIsolated } from './isolated-dispatch.ts';

/** A message as the Functions host delivers it: still on the wire's terms. */
export type HostMessage = Omit<Delivery, 'body' | 'signal'> & { readonly bytes: Uint8Array };

type Decode = (bytes: Uint8Array) => Promise<string>;

interface HostDispatch {
  readonly engine: Engine;
  /** That of the process. */
  readonly isolation: Isolation;
  readonly decode: Decode;
}

/**
 * Maximum time that the host renews a message's lock (`maxAutoLockRenewalDuration` in host.json).
 * After that the message is delivered again.
 */
export const MAX_LOCK_MS = 3_600_000;

/** Handles a message. Throws when the message must come again. */
export async function handleHostMessage(
  { engine, isolation, decode }: HostDispatch,
  { bytes, ...message }: HostMessage,
): Promise<void> {
  const lost = new AbortController();
  const cancel = engine.clock.after(MAX_LOCK_MS, () => {
    lost.abort(new Error('the lock was held as long as the host renews it'));
  });
  try {
    const delivery = { ...message, body: await decode(bytes), signal: lost.signal };
    await dispatchIsolated(isolation, delivery, engine);
  } finally {
    cancel();
  }
}

/** Records a dead letter of the queue. Throws when it must come again. */
export async function giveUpHostMessage(
  engine: Engine,
  decode: Decode,
  { bytes, ...message }: HostMessage,
  reason: string,
): Promise<void> {
  const { signal } = new AbortController();
  let body: string;
  try {
    body = await decode(bytes);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const why = `${reason}; it cannot be read: ${engine.redact(found)}`;
    const givenUp = { delivery: { ...message, body: '', signal }, reason: why };
    return keepDeadLetter(engine, givenUp, { kind: 'unreadable', runIds: [] });
  }
  await giveUpMessage({ ...message, body, signal }, reason, engine);
}
