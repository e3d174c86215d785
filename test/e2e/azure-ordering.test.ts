import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startAzureBackend } from '../helpers/backend.ts';
import { type FeatureApp, type Line, prepareFeatureApp, push } from '../helpers/feature-app.ts';
import { HeddleHost } from '../helpers/heddle-host.ts';

const STEPS = 10;
const numbers = Array.from({ length: STEPS }, (_, index) => index + 1);

const triggers = `triggers:
  - name: in-order
    source: github
    eventType: push
    orderingKey: '{{ event.repository.full_name }}'
    actor: step
    retry: { delay: 50ms }
`;

interface Started extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv;
}

const backends: Readonly<Record<string, () => Promise<Started>>> = {
  'Service Bus': startAzureBackend,
  'the embedded queue': async () => ({
    env: { HEDDLE_LOCK_SECONDS: '2' },
    [Symbol.asyncDispose]: async () => {},
  }),
};

type Options = Readonly<Record<number, object>>;

/** Sends the steps of a key, each once the one before is accepted, until it is. */
async function sendInOrder(host: () => Promise<HeddleHost>, key: string, options: Options = {}) {
  for (const number of numbers) {
    const payload = { repository: { full_name: key }, number, ...options[number] };
    while (!(await isAccepted(host, `${key}-${number}`, payload)));
  }
}

async function isAccepted(host: () => Promise<HeddleHost>, id: string, payload: object) {
  try {
    return (await push(await host(), id, payload)).status === 202;
  } catch {
    await wait(20);
    return false;
  }
}

/** Where the lines of one key are not those of steps that were executed one after the other. */
function findDisorder(lines: readonly Line[]): readonly string[] {
  const faults: string[] = [];
  let current: Line | undefined;
  let done = 0;
  for (const line of lines) {
    const { phase, number = 0, pid } = line;
    const text = JSON.stringify(line);
    if (phase === 'start') {
      // Only a process that was killed leaves a step unfinished.
      if (current?.pid === pid) faults.push(`begun before the last has ended: ${text}`);
      // One whose end was not recorded any more is executed again.
      const isAgain = number === done && lines.some((other) => other.pid < pid || other.pid > pid);
      if (number !== done + 1 && !isAgain) faults.push(`begun after step ${done}: ${text}`);
      current = line;
    } else {
      if (current?.number !== number) faults.push(`not begun: ${text}`);
      if (phase === 'end') done = number;
      current = undefined;
    }
  }
  if (done !== STEPS) faults.push(`ended with step ${done}`);
  return faults;
}

function linesOf(app: FeatureApp, key: string): readonly Line[] {
  return app.lines().filter((line) => line.key === key);
}

describe.each(Object.entries(backends))('a trigger with an ordering key, on %s', (_, start) => {
  let app: FeatureApp;
  let host: HeddleHost;

  beforeAll(async () => {
    const backend = await start();
    app = prepareFeatureApp({ triggers, env: backend.env });
    host = await HeddleHost.start(app);
    return () => backend[Symbol.asyncDispose]();
  });
  const running = async () => host;

  it('runs the events of each key one at a time and in order, and the keys beside each other', async () => {
    const keys = ['o/a', 'o/b', 'o/c'];
    // The first of each waits until those of the others run: one key at a time would never end.
    await Promise.all(keys.map((key) => sendInOrder(running, key, { 1: { meets: keys } })));
    await host.drained();
    for (const key of keys) {
      expect(findDisorder(linesOf(app, key)), key).toEqual([]);
      expect(linesOf(app, key)).toHaveLength(2 * STEPS);
    }
    const runs = (await host.runs()).filter(({ eventId }) => eventId.startsWith('o/'));
    expect(runs).toHaveLength(keys.length * STEPS);
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
  });

  it('tries a failed attempt again before the next event of its key, and holds up no other key', async () => {
    const failing = { 1: { isFailingFirst: true }, 5: { isFailingFirst: true } };
    await Promise.all([sendInOrder(running, 'f/a', failing), sendInOrder(running, 'f/b')]);
    await host.drained();
    expect(findDisorder(linesOf(app, 'f/b'))).toEqual([]);
    const steps = linesOf(app, 'f/a').map(({ phase, number }) => `${phase} ${number}`);
    const expected = numbers.flatMap((number) => [
      ...(number in failing ? [`start ${number}`, `fail ${number}`] : []),
      ...[`start ${number}`, `end ${number}`],
    ]);
    expect(steps).toEqual(expected);
    const runs = (await host.runs()).filter(({ eventId }) => eventId === 'f/a-5');
    expect(runs).toMatchObject([
      { status: 'succeeded', attempts: [{ outcome: 'failed' }, { outcome: 'succeeded' }] },
    ]);
  });
});

describe.each(Object.entries(backends))(
  'a process that is killed amid ordered runs, on %s',
  (_, start) => {
    it('has the next one go on with each key where it was, in order and with each run once', async () => {
      const backend = await start();
      onTestFinished(() => backend[Symbol.asyncDispose]());
      const app = prepareFeatureApp({ triggers, env: backend.env });
      let host = HeddleHost.start(app);
      const keys = ['k/a', 'k/b', 'k/c'];
      const sending = Promise.all(keys.map((key) => sendInOrder(() => host, key)));
      const { process } = await host;
      await expect.poll(() => app.lines().length, { interval: 5 }).toBeGreaterThan(20);
      host = process.kill().then(() => HeddleHost.start(app));
      await sending;
      const next = await host;
      await next.drained();
      const runs = await next.runs();
      expect(runs).toHaveLength(keys.length * STEPS);
      expect(new Set(runs.map(({ eventId }) => eventId)).size).toBe(keys.length * STEPS);
      for (const { status, attempts } of runs) {
        expect(status).toBe('succeeded');
        expect(attempts.length).toBeLessThanOrEqual(2);
      }
      expect(new Set(app.lines().map(({ pid }) => pid)).size).toBe(2);
      for (const key of keys) {
        expect(findDisorder(linesOf(app, key)), key).toEqual([]);
        // What was cut off is at most one step of the key.
        const begun = linesOf(app, key).filter(({ phase }) => phase === 'start');
        expect(begun.length).toBeLessThanOrEqual(STEPS + 1);
      }
    });
  },
);
