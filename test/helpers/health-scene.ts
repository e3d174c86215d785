import { onTestFinished } from 'vitest';
import { SqliteDatabase } from '../../shared/heddle/adapters/embedded/database.ts';
import { SqliteQueue } from '../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { SqliteStore } from '../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { openApp } from '../../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../../shared/heddle/config/config.ts';
import { RetryableError } from '../../shared/heddle/errors/errors.ts';
import type { Backend } from '../../shared/heddle/ports/backend.ts';
import type { MessageHandler } from '../../shared/heddle/ports/event-queue.ts';
import type { Part, ReceiveObserver } from '../../shared/heddle/ports/health.ts';
import { createFakeClock } from './fake-clock.ts';
import { createDelivery, SECRET } from './github.ts';
import { silent } from './world.ts';

const TRIGGERS = [{ name: 't', source: 'github', actor: 'log' }];
/** A trigger that needs the source of the same name. */
const toTrigger = (source: string) => ({ name: source, source, actor: 'log' });

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly parts?: readonly Part[];
  readonly isDriven?: boolean;
  /** Sources of the triggers file, each with a trigger. */
  readonly sources?: Readonly<Record<string, object>>;
}

/** An app on a clock that stands still, whose queue and store fail as `broken` says. */
export async function createHealthScene(given: Given = {}) {
  const { env = {}, parts = [], isDriven = true, sources = {} } = given;
  const clock = createFakeClock(Date.UTC(2026, 0, 1));
  const database = SqliteDatabase.open(':memory:');
  const queue = new SqliteQueue(database, { clock });
  const store = new SqliteStore(database, { clock });
  const broken = { queue: false, store: false };
  const driven: { handler?: MessageHandler; observer?: ReceiveObserver | undefined } = {};
  const guard = <T extends object>(port: T, name: keyof typeof broken): T =>
    new Proxy(port, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function') return method;
        return async (...given: unknown[]) => {
          if (broken[name]) throw toTrouble(name);
          return method.apply(target, given);
        };
      },
    });
  const guarded = guard(queue, 'queue');
  const backend: Backend = {
    queue: guarded,
    store: guard(store, 'store'),
    parts,
    backlog: () => guarded.backlog(),
    close: () => database.close(),
    ...(isDriven && {
      drive: (handler, observer) => void Object.assign(driven, { handler, observer }),
    }),
  };
  const triggers = [...TRIGGERS, ...Object.keys(sources).map(toTrigger)];
  const json = JSON.stringify({ sources, triggers });
  const config = loadConfig({ GITHUB_WEBHOOK_SECRET: SECRET, ...env });
  const app = await openApp(config, { backend, logger: silent, clock, origin: { json } });
  onTestFinished(() => app.stop());
  const push = async (id: string) => {
    const { headers, body } = await createDelivery('{}', { event: 'push', id });
    const request = { method: 'POST', headers: new Headers(headers), query: new URLSearchParams() };
    const more = { body: Buffer.from(body), receivedAt: clock.now(), traceparent: undefined };
    return app.receive('github', undefined, { ...request, ...more });
  };
  const health = () => app.call('health');
  return { app, clock, broken, driven, queue, push, health };
}

export function toTrouble(name: string): RetryableError {
  const cause = Object.assign(new Error('disk I/O error in /secret/place'), {
    errstr: 'disk I/O error',
  });
  return new RetryableError(`${name}_unavailable`, 'see /secret/place', { cause });
}
