import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDelivery } from '../helpers/github.ts';
import { HeddleHost, type PreparedHost, prepareHeddle } from '../helpers/heddle-host.ts';
import { runHost } from '../helpers/local-host.ts';

const TRIGGERS = 'triggers: [{ name: t, source: github, eventType: push, actor: log }]\n';
const ACCEPTED = 20;

let killed: PreparedHost;

/** Kills a host that has accepted and run some deliveries. */
beforeAll(async () => {
  killed = prepareHeddle({ triggers: TRIGGERS });
  const host = await HeddleHost.start(killed);
  for (let number = 0; number < ACCEPTED; number++) await push(host, `d-${number}`);
  await host.drained();
  await host.process.kill();
});

async function push(host: HeddleHost, id: string): Promise<Response> {
  const { headers, body } = await createDelivery('{}', { event: 'push', id });
  return host.post(headers, body);
}

/** Prepares another host with a copy of the killed one's folder. */
function copyKilled(env: NodeJS.ProcessEnv = {}): PreparedHost & { readonly file: string } {
  const prepared = prepareHeddle({ triggers: TRIGGERS, env });
  cpSync(killed.dataDir, prepared.dataDir, { recursive: true });
  return { ...prepared, file: join(prepared.dataDir, 'heddle.db') };
}

describe('the folder of a killed host', () => {
  it('is opened, and /health shows its database, its sources and what was last done', async () => {
    const host = await HeddleHost.start(copyKilled());
    const ids = (await host.events()).map(({ id }) => id);
    expect(ids).toHaveLength(ACCEPTED);
    expect((await push(host, 'more')).status).toBe(202);
    await host.drained();
    const health = await host.health();
    expect(health).toMatchObject({
      ...{ status: 'healthy', reasons: [], triggers: 1, queued: 0, lagSeconds: 0 },
      ...{ lastWrite: { ok: true }, lastReceive: { ok: true }, lastMessage: expect.any(String) },
      parts: [
        { name: 'database', technology: 'SQLite', state: 'ok' },
        { name: 'web-pubsub', state: 'unused' },
      ],
    });
    expect(health.sources).toContainEqual({ name: 'github', kind: 'github', state: 'ready' });
  });

  const damages: readonly [string, RegExp, (file: string) => void][] = [
    ['emptied', /is empty \(0 bytes\)/, (file) => truncateSync(file, 0)],
    ['of zeros', /begins with zeros/, (file) => writeFileSync(file, Buffer.alloc(65_536))],
    [
      'of another application',
      /does not begin as an SQLite database/,
      (file) => writeFileSync(file, 'a letter to my grandmother '.repeat(100)),
    ],
    ['without its log', /log heddle\.db-wal is missing/, (file) => rmSync(`${file}-wal`)],
    [
      'whose log was cut off',
      /log heddle\.db-wal is damaged/,
      (file) => truncateSync(`${file}-wal`, readFileSync(`${file}-wal`).length / 2),
    ],
    ['that was deleted', /heddle\.db is missing/, (file) => rmSync(file)],
  ];

  it.each(damages)('%s is refused with the way on', async (_, found, damage) => {
    const prepared = copyKilled();
    damage(prepared.file);
    const { exitCode, output } = await runHost(prepared);
    expect(exitCode).toBe(1);
    expect(output).toMatch(found);
    expect(output).toContain('nothing was deleted');
    expect(output).toContain('HEDDLE_DATA_LOSS=accept');
    expect(output).not.toMatch(/^ +at /m);
    expect(output).not.toContain('Heddle is ready');
  });

  it.each(damages)('%s goes on with the rest on request', async (_, __, damage) => {
    const prepared = copyKilled({ HEDDLE_DATA_LOSS: 'accept' });
    damage(prepared.file);
    const host = await HeddleHost.start(prepared);
    await host.process.waitFor(/HEDDLE_DATA_LOSS accepts that/);
    expect((await push(host, 'new')).status, host.process.output()).toBe(202);
    await host.drained();
    expect((await host.health()).status).toBe('healthy');
    await host.process.stop();
    expect(readdirSync(prepared.dataDir)).toContain('heddle.db');
  });
});

describe('a host whose files are lost while it runs', () => {
  const losses: readonly [string, RegExp, (prepared: PreparedHost) => void][] = [
    [
      'and its mark',
      /heddle\.db was removed or replaced while the app runs/,
      ({ dataDir }) => {
        for (const name of readdirSync(dataDir)) rmSync(join(dataDir, name), { recursive: true });
      },
    ],
    [
      'with the folder',
      /heddle\.db was removed or replaced while the app runs/,
      ({ dataDir }) => rmSync(dataDir, { recursive: true }),
    ],
    [
      'in part',
      /heddle\.db was cut off while the app runs/,
      ({ dataDir }) => {
        truncateSync(join(dataDir, 'heddle.db'), 8192);
        truncateSync(join(dataDir, 'heddle.db-wal'), 0);
      },
    ],
  ];

  it.each(losses)('%s accepts nothing more, says so, and ends in order', async (_, found, lose) => {
    const prepared = copyKilled();
    const host = await HeddleHost.start(prepared);
    expect((await push(host, 'before')).status).toBe(202);
    await host.drained();
    lose(prepared);
    expect((await push(host, 'lost')).status).toBe(503);
    const { status, reasons } = await host.health();
    expect(status).toBe('unhealthy');
    expect(reasons.join('\n')).toMatch(found);
    const { exitCode, output } = await host.process.stop();
    expect(exitCode).toBe(0);
    expect(output).toMatch(found);
    expect(output).not.toMatch(/^ +at /m);
  });
});

describe('the folder of a host that was stopped', () => {
  it('and whose database was cut off since is refused, and rescued on request', async () => {
    const prepared = copyKilled();
    const host = await HeddleHost.start(prepared);
    await host.process.stop();
    expect(readdirSync(prepared.dataDir)).toEqual(['heddle.db']);
    truncateSync(prepared.file, Math.floor(readFileSync(prepared.file).length * 0.7));
    const { exitCode, output } = await runHost(prepared);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/heddle\.db has \d+ of its \d+ bytes: it was cut off/);
    const env = { ...prepared.env, HEDDLE_DATA_LOSS: 'accept' };
    const next = await HeddleHost.start({ ...prepared, env });
    const [, messages] = await next.process.waitFor(/Saved: (\d+) messages, \d+ documents/);
    expect(Number(messages)).toBe(0);
    expect((await push(next, 'new')).status).toBe(202);
  });
});
