import type { InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import {
  createDeadLetterHandler,
  createMessageHandler,
  type MessageFunctionOptions,
} from '../../../functions/messages.ts';
import type { App } from '../../../shared/heddle/composition/open-app.ts';
import { RetryableError } from '../../../shared/heddle/errors/errors.ts';
import { silent } from '../../helpers/world.ts';

type HostMessage = Parameters<App['handleMessage']>[0];

/** Metadata as the host passes it, with lower-case first letters. */
const metadata = {
  ...{ messageId: 'event:1', sequenceNumber: 7, deliveryCount: 3, sessionId: 'a key' },
  lockToken: 'x',
};

function createSubject(work: () => Promise<void>, options: Partial<MessageFunctionOptions> = {}) {
  const messages: HostMessage[] = [];
  const reasons: string[] = [];
  const pauses: number[] = [];
  const app: Partial<App> = {
    logger: silent,
    async handleMessage(message) {
      messages.push(message);
      await work();
    },
    async giveUpMessage(message, reason) {
      messages.push(message);
      reasons.push(reason);
      await work();
    },
  };
  const all: MessageFunctionOptions = {
    isOrdered: false,
    wait: async (ms) => void pauses.push(ms),
    ...options,
  };
  const call =
    (create: typeof createMessageHandler) =>
    (body: unknown, triggerMetadata: Record<string, unknown> = metadata) =>
      create(() => app as App, all)(body, { triggerMetadata } as unknown as InvocationContext);
  return {
    ...{ messages, reasons, pauses },
    handle: call(createMessageHandler),
    giveUp: call(createDeadLetterHandler),
  };
}

const succeed = async () => undefined;

describe('a Service Bus message', () => {
  it('is handed over with its bytes and what the host says of it', async () => {
    const { handle, messages } = createSubject(succeed);
    await handle(Buffer.from([0x1f, 0x8b, 0xff]));
    expect(messages).toEqual([
      { id: 'event:1', bytes: Buffer.from([0x1f, 0x8b, 0xff]), sequence: 7, deliveryCount: 3 },
    ]);
  });

  it('of the ordered queue has its key, and a number no message of the other has', async () => {
    const { handle, messages } = createSubject(succeed, { isOrdered: true });
    await handle(Buffer.from('{}'));
    expect(messages).toMatchObject([{ sequence: -7, orderingKey: 'a key' }]);
  });

  it('is understood as text, and as JSON, by hosts that give no bytes', async () => {
    const { handle, messages } = createSubject(succeed);
    await handle('{"kind":"run"}');
    await handle({ kind: 'run' });
    const texts = messages.map(({ bytes }) => Buffer.from(bytes).toString('utf8'));
    expect(texts).toEqual(['{"kind":"run"}', '{"kind":"run"}']);
  });

  it('that could not be handled is thrown back, each time later', async () => {
    const failure = new Error('the store is down');
    const { handle, pauses } = createSubject(async () => {
      throw failure;
    });
    for (const deliveryCount of [1, 2, 3, 9, 10]) {
      await expect(handle(Buffer.from(''), { ...metadata, deliveryCount })).rejects.toBe(failure);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 256_000, 300_000]);
  });

  it('waits at least as long as the error asks for', async () => {
    const { handle, pauses } = createSubject(async () => {
      throw new RetryableError('store_unavailable', 'throttled', { retryAfter: 30 });
    });
    await expect(handle(Buffer.from(''), { ...metadata, deliveryCount: 1 })).rejects.toThrow();
    expect(pauses).toEqual([30_000]);
  });
});

describe('a dead letter', () => {
  it('is given up with the reason that the queue gives', async () => {
    const { giveUp, reasons } = createSubject(succeed);
    const reason = 'MaxDeliveryCountExceeded';
    await giveUp(Buffer.from(''), {
      ...metadata,
      applicationProperties: { deadLetterReason: reason },
    });
    await giveUp(Buffer.from(''), { ...metadata, deadLetterReason: 'TTLExpiredException' });
    await giveUp(Buffer.from(''));
    expect(reasons).toEqual([
      'the queue gave it up: MaxDeliveryCountExceeded',
      'the queue gave it up: TTLExpiredException',
      'the queue gave it up',
    ]);
  });

  it('that cannot be given up comes again, later', async () => {
    const { giveUp, pauses } = createSubject(async () => {
      throw new Error('the store is down');
    });
    await expect(giveUp(Buffer.from(''), { ...metadata, deliveryCount: 40 })).rejects.toThrow();
    expect(pauses).toEqual([300_000]);
  });
});
