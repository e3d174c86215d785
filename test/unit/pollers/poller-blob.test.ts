import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BlobPoller } from '../../../shared/heddle/actors/pollers/blob.ts';
import { createBlobProbe } from '../../../shared/heddle/adapters/azure/blob-list.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { RetryableError } from '../../../shared/heddle/errors/errors.ts';
import type { ListedBlob, Probes } from '../../../shared/heddle/ports/probes.ts';
import { type Azurite, startAzurite } from '../../emulators/azurite.ts';
import { createPolling, createPollingWorld } from '../../helpers/poller-scene.ts';

let azurite: Azurite;
let probes: Pick<Probes, 'listBlobs'>;
let container: ContainerClient;
let made = 0;

beforeAll(async () => {
  azurite = await startAzurite();
  probes = createBlobProbe({ kind: 'string', value: azurite.connectionString });
});
afterAll(() => azurite.close());
beforeEach(async () => {
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  container = service.getContainerClient(`uploads-${++made}`);
  await container.create();
});

const put = (name: string, text = 'x') =>
  container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text));
const watch = (options: JsonObject = {}) =>
  createPolling(BlobPoller, { container: container.containerName, ...options }, { probes });
const toNames = (events: Awaited<ReturnType<ReturnType<typeof watch>['poll']>>) =>
  events.map(({ event, context }) => `${event} ${context.name}`);

describe('a container', () => {
  it('is known as the first poll finds it, and then fires for what differs', async () => {
    await Promise.all(['a.txt', 'b.txt', 'c.txt'].map((name) => put(name)));
    const { poll } = watch();
    expect(await poll()).toEqual([]);
    await put('d.txt');
    await put('b.txt', 'longer');
    await container.deleteBlob('c.txt');
    expect(toNames(await poll())).toEqual(['modified b.txt', 'created d.txt', 'deleted c.txt']);
    expect(await poll()).toEqual([]);
  });

  it('tells what a blob is, and where', async () => {
    const { poll } = watch();
    await poll();
    const { etag, lastModified } = await put('in box/é #1.txt', 'four');
    const modifiedAt = lastModified?.toISOString();
    const url = container.getBlobClient('in box/é #1.txt').url.split('?')[0];
    expect(await poll()).toEqual([
      {
        ...{ event: 'created', type: 'blob_created', time: modifiedAt },
        context: {
          ...{ container: container.containerName, name: 'in box/é #1.txt', event: 'created' },
          ...{ etag: etag?.replaceAll('"', ''), size: 4, modifiedAt, url },
        },
      },
    ]);
    await container.deleteBlob('in box/é #1.txt');
    const [gone] = await poll();
    expect(gone?.context).toEqual({
      ...{ container: container.containerName, name: 'in box/é #1.txt', event: 'deleted' },
      ...{ etag: etag?.replaceAll('"', ''), url },
    });
  });

  it('that was empty fires for the first blob', async () => {
    const { poll } = watch();
    await poll();
    await put('a.txt');
    expect(toNames(await poll())).toEqual(['created a.txt']);
  });

  it('may fire for what is there from the beginning', async () => {
    await put('a.txt');
    const { poll } = watch({ initial: 'created' });
    expect(toNames(await poll())).toEqual(['created a.txt']);
    expect(await poll()).toEqual([]);
  });

  it('is seen by its prefix, the events asked for and what is not ignored', async () => {
    const ignorePatterns = ['*.tmp', 'in/old/**'];
    const { poll } = watch({ prefix: 'in/', events: ['created'], ignorePatterns });
    await poll();
    const names = ['in/a', 'in/b.tmp', 'in/deep/c.tmp', 'in/old/d/.e', 'in/deep/f', 'out/g'];
    await Promise.all(names.map((name) => put(name)));
    expect(toNames(await poll())).toEqual(['created in/a', 'created in/deep/f']);
    await put('in/a', 'changed');
    expect(await poll()).toEqual([]);
  });

  it('says nothing of a blob that is ignored from now on', async () => {
    await Promise.all(['a.txt', 'b.tmp'].map((name) => put(name)));
    const scene = watch();
    await scene.poll();
    scene.change({ container: container.containerName, ignorePatterns: ['*.tmp'] });
    expect(await scene.poll()).toEqual([]);
  });

  it('begins anew where the prefix has changed', async () => {
    await Promise.all(['a/1', 'b/1'].map((name) => put(name)));
    const scene = watch({ prefix: 'a/' });
    await scene.poll();
    scene.change({ container: container.containerName, prefix: 'b/' });
    expect(await scene.poll()).toEqual([]);
    await put('b/2');
    expect(toNames(await scene.poll())).toEqual(['created b/2']);
  });

  it('that is gone fails the poll, and its blobs do not count as deleted', async () => {
    await put('a.txt');
    const { poll } = watch();
    await poll();
    await container.delete();
    await expect(poll()).rejects.toMatchObject({ name: 'TerminalError', code: 'probe_refused' });
    await expect(poll()).rejects.toThrow('az storage container create');
  });

  it('runs its actor once for each blob', async () => {
    const options = { container: container.containerName };
    const world = createPollingWorld(BlobPoller, options, { probes });
    await world.poll();
    await put('a.txt');
    await world.poll();
    await put('b.txt');
    await world.poll();
    await world.poll();
    expect(world.inputs).toMatchObject([{ name: 'a.txt' }, { name: 'b.txt' }]);
  });
});

/** A container in memory, listed in pages. */
function createListing(blobs: Map<string, string>, failAfter = Number.POSITIVE_INFINITY) {
  const listed = (): ListedBlob[] =>
    [...blobs].map(([name, etag]) => ({ name, etag, size: 1, modifiedAt: '2026-01-01T00:00:00Z' }));
  async function* listBlobs() {
    const all = listed();
    for (let from = 0; from < all.length; from += 5000) {
      if (from >= failAfter) throw new RetryableError('probe_unavailable', 'the listing broke off');
      yield { containerUrl: 'https://a.example/big', blobs: all.slice(from, from + 5000) };
    }
  }
  return { listBlobs };
}

const toName = (n: number) => `logs/2026/host-${n % 50}/request-${String(n).padStart(9, '0')}.json`;

describe('a large container', () => {
  const blobs = new Map(Array.from({ length: 300_000 }, (_, n) => [toName(n), `0x8DE4D${n}`]));
  const polling = (options: JsonObject = {}, failAfter?: number) =>
    createPolling(
      BlobPoller,
      { container: 'big', ...options },
      { probes: createListing(blobs, failAfter) },
    );

  it('of 300,000 blobs is kept in far less than a state may have', async () => {
    const scene = polling();
    await scene.poll();
    expect(scene.stateJson.length).toBeLessThan(15_000_000);
    blobs.set(toName(123_456), 'changed');
    expect(toNames(await scene.poll())).toEqual([`modified ${toName(123_456)}`]);
  });

  it('fires for a thousand a poll, and loses none of the rest', async () => {
    const few = new Map([['a', '1']]);
    const { poll } = createPolling(
      BlobPoller,
      { container: 'big' },
      { probes: createListing(few) },
    );
    await poll();
    few.delete('a');
    for (let n = 0; n < 2500; n++) few.set(`new-${n}`, '1');
    const found = [await poll(), await poll(), await poll(), await poll()];
    expect(found.map((events) => events.length)).toEqual([1000, 1000, 501, 0]);
    expect(new Set(found.flatMap(toNames)).size).toBe(2501);
  });

  it('that is listed only in part fails the poll: what was not listed is not deleted', async () => {
    const { poll } = polling({}, 10_000);
    await expect(poll()).rejects.toMatchObject({ code: 'probe_unavailable' });
  });

  it('of more than 500,000 is refused', async () => {
    const many = new Map(Array.from({ length: 500_001 }, (_, n) => [`${n}`, '1']));
    const { poll } = createPolling(
      BlobPoller,
      { container: 'big' },
      { probes: createListing(many) },
    );
    await expect(poll()).rejects.toMatchObject({ code: 'too_many_blobs' });
  });
});

describe('options', () => {
  it.each([
    [{}, 'expected the name of a blob container'],
    [{ container: 'Uploads' }, 'expected 3 to 63 lower-case letters'],
    [{ container: 'uploads', events: ['moved'] }, 'expected created, modified, deleted'],
    [{ container: 'uploads', ignorePatterns: ['[a'] }, 'expected ] to close ['],
    [{ container: 'uploads', initial: 'fire' }, 'expected ignore or created'],
  ])('%j are refused: %s', (options, reason) => {
    expect(() => BlobPoller.parseOptions(options)).toThrow(reason);
  });
});

it('names the setting where no storage account is configured', async () => {
  const scene = createPolling(
    BlobPoller,
    { container: 'uploads' },
    { probes: createBlobProbe(undefined) },
  );
  await expect(scene.poll()).rejects.toMatchObject({ code: 'probe_not_configured' });
  await expect(scene.poll()).rejects.toThrow('AzureWebJobsStorage__blobServiceUri');
});
