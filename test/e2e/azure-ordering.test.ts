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

const backends: readonly (readonly [string, () => Promise<Started>])[] = [
  ['Service Bus', startAzureBackend],
  [
    'the embedded queue',
    async () => ({
      env: { HEDDLE_LOCK_SECONDS: '2' },
      [Symbol.asyncDispose]: async () => {},
    }),
  ],
];

/** Extra payload fields by step number, beside key and number. */
type Options = Readonly<Record<number, object>>;

/** Sends the steps of a key, each after the one before is accepted. */
async function sendInOrder(host: () => Promise<HeddleHost>, key: string, options: Options = {}) {
  for (const number of numbers) {
    const payload = { repository: { full_name: key }, number, ...options[number] };
    await sendUntilAccepted(host, `${key}-${number}`, payload);
  }
}

/** Sends until accepted, as a person does who redelivers while the process dies. */
async function sendUntilAccepted(host: () => Promise<HeddleHost>, id: string, payload: object) {
  for (;;) {
    const response = await push(await host(), id, payload).catch(() => undefined);
    if (response?.status === 202) return;
    expect([undefined, 503]).toContain(response?.status);
  }
}

function linesOf(app: FeatureApp, key: string): readonly Line[] {
  return app.lines().filter((line) => line.key === key);
}

const toText = ({ phase, number }: Line) => `${phase} ${number}`;

/** The lines that the steps of a key write when they run one after the other. */
function inOrder(failing: Options = {}): readonly string[] {
  return numbers.flatMap((number) => [
    ...(number in failing ? [`start ${number}`, `fail ${number}`] : []),
    ...[`start ${number}`, `end ${number}`],
  ]);
}

/** Matches the same lines where an execution was interrupted or its end not recorded. */
const inOrderAcrossKill = new RegExp(
  `^${numbers.map((n) => `(start ${n},(end ${n},)?)?start ${n},end ${n}`).join(',')}$`,
);

describe.each(backends)('a trigger with an ordering key, on %s', (_, start) => {
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
    const keys = ['o-a', 'o-b', 'o-c'];
    // The first step of each key waits for those of the others: serving one key at a time would
    // never end.
    await Promise.all(keys.map((key) => sendInOrder(running, key, { 1: { meets: keys } })));
    await host.drained();
    for (const key of keys) expect(linesOf(app, key).map(toText), key).toEqual(inOrder());
    const runs = (await host.runs()).filter(({ eventId }) => eventId.startsWith('o-'));
    expect(runs).toHaveLength(keys.length * STEPS);
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
  });

  it('tries a failed attempt again before the next event of its key', async () => {
    const failing = { 1: { isFailingFirst: true }, 5: { isFailingFirst: true } };
    await Promise.all([sendInOrder(running, 'f-a', failing), sendInOrder(running, 'f-b')]);
    await host.drained();
    expect(linesOf(app, 'f-a').map(toText)).toEqual(inOrder(failing));
    expect(linesOf(app, 'f-b').map(toText)).toEqual(inOrder());
    const runs = (await host.runs()).filter(({ eventId }) => eventId === 'f-a-5');
    expect(runs).toMatchObject([
      { status: 'succeeded', attempts: [{ outcome: 'failed' }, { outcome: 'succeeded' }] },
    ]);
  });
});

describe.each(backends)('a process that is killed amid ordered runs, on %s', (_, start) => {
  it('has the next one go on with each key where it was, in order and with each run once', async () => {
    const backend = await start();
    onTestFinished(() => backend[Symbol.asyncDispose]());
    const app = prepareFeatureApp({ triggers, env: backend.env });
    let host = HeddleHost.start(app);
    const keys = ['k-a', 'k-b', 'k-c'];
    const { process } = await host;
    const sending = Promise.all(keys.map((key) => sendInOrder(() => host, key)));
    await expect
      .poll(() => app.lines().length, { interval: 5, timeout: 15_000 })
      .toBeGreaterThan(20);
    host = process.kill().then(() => HeddleHost.start(app));
    await sending;
    const next = await host;
    await next.drained();
    const runs = await next.runs();
    expect(new Set(runs.map(({ eventId }) => eventId)).size).toBe(keys.length * STEPS);
    expect(runs).toHaveLength(keys.length * STEPS);
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
    expect(new Set(app.lines().map(({ pid }) => pid)).size).toBe(2);
    for (const key of keys) {
      expect(linesOf(app, key).map(toText).join(','), key).toMatch(inOrderAcrossKill);
      // At most one step of the key was interrupted, and no process has started a step twice.
      const begun = linesOf(app, key).filter(({ phase }) => phase === 'start');
      expect(begun.length, key).toBeLessThanOrEqual(STEPS + 1);
      expect(new Set(begun.map(({ number, pid }) => `${number} ${pid}`)).size).toBe(begun.length);
    }
  });
});
