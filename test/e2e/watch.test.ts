import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createDelivery } from '../helpers/github.ts';
import { HeddleHost, type PreparedHost, prepareHeddle } from '../helpers/heddle-host.ts';

const fixture = new URL('../fixtures/own-app/index.ts', import.meta.url).href;
const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));
const ONE = 'triggers: [{ name: record, source: github, actor: recorder }]\n';

interface Line {
  readonly number: number;
  readonly version: string;
}

interface WatchedApp extends PreparedHost {
  write(path: string, text: string): void;
  lines(): readonly Line[];
}

/** An app in a folder of its own, which is watched, with an actor that records its version. */
function prepareWatchedApp(): WatchedApp {
  const prepared = prepareHeddle({ triggers: ONE });
  const app = join(dirname(prepared.triggersFile), 'app');
  const record = join(app, 'record.jsonl');
  writeFileSync(join(app, 'index.js'), `import ${JSON.stringify(fixture)};\n`);
  symlinkSync(packages, join(app, 'node_modules'));
  mkdirSync(join(app, 'shared/app/actors'), { recursive: true });
  writeFileSync(
    join(app, 'shared/app/heddle.config.ts'),
    "import { defineApp } from 'heddle';\nexport default defineApp({});\n",
  );
  return {
    ...prepared,
    args: ['--watch', 'shared/app', '--watch', '%HEDDLE_TRIGGERS_FILE%'],
    env: { ...prepared.env, RECORD_FILE: record },
    write: (path, text) => writeFileSync(join(app, 'shared/app', path), text),
    lines: () => (existsSync(record) ? readLines(record) : []),
  };
}

function readLines(file: string): readonly Line[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Line);
}

const toActor = (version: string) => `
  import { appendFileSync } from 'node:fs';
  import { Actor } from 'heddle';
  export class Recorder extends Actor {
    async execute({ number }: { number: number }) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const line = JSON.stringify({ number, version: '${version}' });
      appendFileSync(process.env.RECORD_FILE ?? '', line + '\\n');
    }
  }`;

const PATH = 'actors/recorder.ts';

/** Sends until it is answered, under one delivery id, as a sender does that gets no answer. */
async function send(host: HeddleHost, number: number): Promise<void> {
  const { headers, body } = await createDelivery(JSON.stringify({ number }), {
    event: 'push',
    id: `delivery-${number}`,
  });
  const status = async () => (await host.post(headers, body).catch(() => undefined))?.status;
  await expect.poll(status, { timeout: 20_000 }).toBe(202);
}

it('restarts the app under a storm of events, and runs each of them once', {
  timeout: 180_000,
}, async () => {
  const app = prepareWatchedApp();
  app.write(PATH, toActor('v1'));
  const host = await HeddleHost.start(app);
  const sent: number[] = [];
  let isChanging = true;
  const storm = (async () => {
    while (isChanging) {
      const next = [0, 1, 2, 3, 4].map((more) => sent.length + more);
      sent.push(...next);
      await Promise.all(next.map((number) => send(host, number)));
    }
  })();
  await expect.poll(() => app.lines().length, { timeout: 20_000 }).toBeGreaterThan(10);
  app.write(PATH, toActor('v2'));
  await host.process.waitFor(/The new version runs\./);
  app.write(PATH, `${toActor('v3')} const = 3;`);
  await host.process.waitFor(/recorder\.ts: SyntaxError[\s\S]*has not been taken over/);
  app.write(PATH, toActor('v4'));
  await host.process.waitFor(/(The new version runs\.[\s\S]*){2}/);
  isChanging = false;
  await storm;
  await host.drained();
  const seen = app.lines().map(({ number }) => number);
  expect(seen.toSorted((a, b) => a - b)).toEqual(sent);
  const versions = new Set(app.lines().map(({ version }) => version));
  expect([...versions].sort()).toEqual(['v1', 'v2', 'v4']);
  await send(host, 100_000);
  await expect
    .poll(() => app.lines().at(-1), { timeout: 20_000 })
    .toEqual({ number: 100_000, version: 'v4' });
  expect((await host.process.stop()).exitCode).toBe(0);
});

it('takes over triggers that change, and none with a fault', { timeout: 120_000 }, async () => {
  const app = prepareWatchedApp();
  app.write(PATH, toActor('v1'));
  const host = await HeddleHost.start(app);
  writeFileSync(app.triggersFile, ONE.replace('recorder', 'recoder'));
  await host.process.waitFor(
    /triggers\.yaml:1 \[record\] unknown actor "recoder"[\s\S]*has not been/,
  );
  await send(host, 1);
  await expect.poll(app.lines, { timeout: 20_000 }).toHaveLength(1);
  const reason = expect.stringContaining('changed on the disk, with 1 fault, the first in');
  expect((await host.health()).reasons).toContainEqual(reason);
  // A file that is included is watched from when it is named, and what it covers later too.
  writeFileSync(app.triggersFile, 'include: "more-*.yaml"\n');
  await host.process.waitFor(
    /not been taken over[\s\S]*leads to no file[\s\S]*not been taken over/,
  );
  writeFileSync(join(dirname(app.triggersFile), 'more-1.yaml'), 'triggers: []\n');
  await host.process.waitFor(/Changed: .*more-1\.yaml[\s\S]*The new version runs\./);
  await expect.poll(async () => (await host.health()).reasons).not.toContainEqual(reason);
  await send(host, 2);
  await expect.poll(() => host.events('status=unmatched'), { timeout: 20_000 }).toHaveLength(1);
  expect(app.lines()).toHaveLength(1);
  await host.process.stop();
});
