import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createQueueDepthPoller } from '../../../shared/heddle/actors/pollers/queue-depth.ts';
import { readAll } from '../../../shared/heddle/composition/read-definitions.ts';
import { SETTING_NAMES } from '../../../shared/heddle/config/config.ts';
import { BUILT_IN_SOURCES } from '../../../shared/heddle/connectors/built-in-sources.ts';
import type { ConnectorClient } from '../../../shared/heddle/connectors/connector.ts';
import {
  connectors,
  depthTargets,
  sourceConnectors,
} from '../../../shared/heddle/connectors/connectors.ts';
import {
  type LoadedConnector,
  openConnectors,
} from '../../../shared/heddle/connectors/open-connectors.ts';
import { toQueueEvent } from '../../../shared/heddle/connectors/queue-event.ts';
import { github } from '../../../shared/heddle/sources/github/github.ts';
import { createLend, loadedConnectors, openTestConnectors } from '../../helpers/connectors.ts';

const { signal } = new AbortController();

describe('the connectors', () => {
  it.each(loadedConnectors.map((one) => [one.kind, one] as const))(
    '%s has the code for what it declares, and no more',
    (_, { source, sink, depth, code }) => {
      const client = code.open({ kind: 'string', value: 'unused' }, createLend());
      const found = {
        source: code.toEvent !== undefined,
        sink: code.createActor !== undefined && client.send !== undefined,
        depth: client.depth !== undefined,
      };
      const isDeclared = (part: unknown) => part !== undefined;
      expect(found).toEqual({
        source: isDeclared(source),
        sink: isDeclared(sink),
        depth: isDeclared(depth),
      });
    },
  );

  it('have different names in every role', () => {
    const all = [
      connectors.map(({ kind }) => kind),
      connectors.flatMap(({ sink }) => sink?.actor ?? []),
      sourceConnectors.map(({ source }) => source.name),
      depthTargets.map(({ option }) => option),
      depthTargets.map(({ stateKey }) => stateKey),
    ];
    for (const names of all) expect(new Set(names).size).toBe(names.length);
  });

  it('have their settings read and checked like all others', () => {
    const own = connectors.flatMap(({ service, source }) => [
      ...[service.setting, service.endpoint],
      ...(source ? [source.setting] : []),
    ]);
    expect(SETTING_NAMES.deployed).toEqual(expect.arrayContaining(own));
  });

  it('are in the table of the README, as they are declared', () => {
    const readme = readFileSync('shared/heddle/connectors/README.md', 'utf8');
    for (const { kind, source, sink, depth, service } of connectors) {
      const cells = [kind, source?.name, source?.setting, sink?.actor, depth?.option];
      const row = [...cells, `${service.setting}\`, \`${service.endpoint}`];
      const text = row.map((cell) => (cell === undefined ? '' : ` \`${cell}\``)).join(' |');
      expect(readme).toContain(`|${text} |`);
    }
  });

  it('have names of sources that no configured source may have', async () => {
    expect(BUILT_IN_SOURCES).toContain('storagequeue');
    const json = JSON.stringify({ sources: { storagequeue: { kind: 'github' } } });
    const { faults } = await readAll({ json }, { actors: [], kinds: [github] });
    expect(faults).toMatchObject([
      { message: expect.stringContaining(`choose another than ${BUILT_IN_SOURCES.join(', ')}`) },
    ]);
  });
});

describe('a connector that is added', () => {
  const sent: unknown[] = [];
  const client: ConnectorClient = {
    send: async (...args) => void sent.push(args),
    depth: async (queue, { max }) => Math.min(max, queue.length),
  };
  const service = { name: 'Lists', setting: 'Lists', endpoint: 'Lists__host' };
  const depth = { option: 'list', pattern: /^[a-z]+$/, expected: 'a list', stateKey: 'list:' };
  const [, bus] = loadedConnectors;
  const added: LoadedConnector = {
    ...{ kind: 'lists', description: 'Lists.', service, sink: { actor: 'to-list' }, depth },
    load: async () => added.code,
    code: { ...bus?.code, open: () => client },
  };
  const connections = { lists: { kind: 'string', value: 'here' } } as const;
  const open = (given = {}) =>
    openConnectors([...loadedConnectors, added], { connections: given, lend: createLend() });

  it('has its actor beside the others', () => {
    expect(Object.keys(open().actors)).toEqual(['storage-queue', 'service-bus', 'to-list']);
  });

  it('is counted under its kind, where it is configured', async () => {
    const options = { max: 3, signal };
    expect(await open(connections).depth('lists', 'abcd', options)).toBe(3);
    await expect(open().depth('lists', 'abcd', options)).rejects.toMatchObject({
      code: 'probe_not_configured',
      message: expect.stringContaining('set Lists to a connection string, or Lists__host'),
    });
  });

  it('is an option of poller queue-depth', () => {
    const target = { ...depth, connector: 'lists', title: service.name };
    const Poller = createQueueDepthPoller([...depthTargets, target]);
    expect(Poller.parseOptions?.({ list: 'abc' })).toMatchObject({ list: 'abc', threshold: 10 });
    expect(() => Poller.parseOptions?.({})).toThrow(
      'expected either queue (of storage) or serviceBus or list',
    );
  });
});

describe('a depth', () => {
  it('of an unknown connector is refused with those that are known', async () => {
    const asking = openTestConnectors({}).depth('redis', 'a', { max: 1, signal });
    await expect(asking).rejects.toMatchObject({
      code: 'probe_refused',
      message: expect.stringContaining('storage-queue, service-bus'),
    });
  });
});

describe('a delivery of the host', () => {
  const metadata = { id: 'm-1', dequeueCount: 3, insertionTime: '2026-01-01T08:00:00+00:00' };
  const deliver = (body: unknown, given: Readonly<Record<string, unknown>> = metadata) =>
    toQueueEvent('storage-queue', { queue: 'orders', body, metadata: given });

  it('is the event of its message, whether it has bytes, a text or parsed JSON', async () => {
    for (const body of [Buffer.from('{"a":1}'), '{"a":1}', { a: 1 }]) {
      expect(await deliver(body)).toEqual({
        source: 'storagequeue',
        event: {
          ...{ id: 'm-1', type: 'orders', subject: 'orders', data: { a: 1 } },
          fields: { queue: 'orders', message_id: 'm-1', dequeue_count: 3 },
          time: '2026-01-01T08:00:00.000Z',
        },
      });
    }
  });

  it('has no time where the host gives none that can be read', async () => {
    for (const insertionTime of [undefined, 'yesterday']) {
      const { event } = await deliver('x', { ...metadata, insertionTime });
      expect(event).not.toHaveProperty('time');
    }
  });

  it('to a connector that is no source is a bug', async () => {
    const delivery = { queue: 'a', body: 'x', metadata };
    await expect(toQueueEvent('service-bus', delivery)).rejects.toThrow('which is no source');
  });
});
