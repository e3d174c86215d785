import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StorageQueueClient } from '../../../shared/heddle/connectors/storage-queue/client.ts';
import { RetryableError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { type Azurite, startAzurite } from '../../emulators/azurite.ts';
import { createLend, openTestConnectors } from '../../helpers/connectors.ts';
import { createSinkScene } from '../../helpers/sink-actors.ts';

let azurite: Azurite;
let queue: QueueClient;
let sink: StorageQueueClient;
let made = 0;

function createSink(value: string): StorageQueueClient {
  return new StorageQueueClient({ kind: 'string', value }, createLend());
}

beforeAll(async () => {
  azurite = await startAzurite();
  sink = createSink(azurite.connectionString);
});
afterAll(() => azurite.close());

beforeEach(async () => {
  made += 1;
  queue = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(
    `orders-${made}`,
  );
  await queue.create();
});

async function receive() {
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 10 });
  return receivedMessageItems;
}

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('expected it to throw');
}

describe('a message', () => {
  it('is base64 of its UTF-8, as Functions read it, and has the id that was given', async () => {
    const text = '{"name":"é 😀 <&>\\u0000"}';
    const id = await sink.send(queue.name, { text });
    const [message] = await receive();
    expect(message?.messageId).toBe(id);
    expect(Buffer.from(message?.messageText ?? '', 'base64').toString('utf8')).toBe(text);
  });

  it('with a delay is not to be had yet, and outlives its delay', async () => {
    const week = 7 * 24 * 60 * 60;
    await sink.send(queue.name, { text: 'later', delaySeconds: week });
    expect(await receive()).toEqual([]);
    const { approximateMessagesCount } = await queue.getProperties();
    expect(approximateMessagesCount).toBe(1);
  });

  it('may have as much as fits into 64 KB in base64', async () => {
    await sink.send(queue.name, { text: 'x'.repeat(49_152) });
    expect(await receive()).toHaveLength(1);
    const error = await thrownBy(sink.send(queue.name, { text: 'x'.repeat(49_153) }));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({ code: 'sink_refused' });
    expect(String(error)).toContain('65540 bytes in base64');
  });

  it('cannot wait longer than the service holds it', async () => {
    const waiting = sink.send(queue.name, { text: 'x', delaySeconds: 604_801 });
    expect(await thrownBy(waiting)).toBeInstanceOf(TerminalError);
  });
});

describe('a queue', () => {
  it('that is not there is for the operator to create', async () => {
    const error = await thrownBy(sink.send('not-there', { text: 'x' }));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({ code: 'sink_refused' });
    expect(String(error)).toContain('az storage queue create --name not-there');
  });

  it.each(['', 'ab', 'Orders', 'a--b', '-ab', '../orders', 'a/b', 'a?b', 'x'.repeat(64)])(
    'cannot be called %j, which is not even asked for',
    async (name) => {
      const error = await thrownBy(sink.send(name, { text: 'x' }));
      expect(error).toBeInstanceOf(TerminalError);
      expect(String(error)).toContain('expected the name of a storage queue');
    },
  );
});

describe('an account', () => {
  it('that does not let us in is worth another attempt, and names the role', async () => {
    const key = Buffer.from('another key').toString('base64');
    const wrong = azurite.connectionString.replace(/AccountKey=[^;]*/, `AccountKey=${key}`);
    const error = await thrownBy(createSink(wrong).send(queue.name, { text: 'x' }));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ code: 'sink_unavailable' });
    expect(String(error)).toContain('Storage Queue Data Contributor');
    expect(String(error)).not.toContain(key);
  });

  it('that does not answer is worth another attempt', async () => {
    const gone = await startAzurite();
    await gone.close();
    const error = await thrownBy(createSink(gone.connectionString).send('abc', { text: 'x' }));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ code: 'sink_unavailable' });
  });

  it('that is not configured fails for good, and names the setting', async () => {
    const { run } = createSinkScene({ queueActors: openTestConnectors({}).actors });
    const error = await thrownBy(run('storage-queue', { queue: 'abc', message: 'x' }));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({ code: 'sink_not_configured' });
    expect(String(error)).toContain('AzureWebJobsStorage');
  });
});
