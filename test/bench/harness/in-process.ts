import { join } from 'node:path';
import type { ActorClass } from '../../../shared/heddle/actors/actor.ts';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import type { Embedded } from '../../../shared/heddle/adapters/embedded/embedded.ts';
import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { createSystemClock } from '../../../shared/heddle/adapters/embedded/system-clock.ts';
import { type App, openApp } from '../../../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import type {
  EventQueue,
  MessageHandler,
  MessageReceiver,
} from '../../../shared/heddle/ports/event-queue.ts';
import { SECRET } from './deliveries.ts';
import { ROOT } from './servers.ts';
import { StorageTime } from './storage-time.ts';

/** The app in this process over an in-memory database; tests hand it messages themselves. */
export interface InProcess {
  readonly app: App;
  readonly queue: EventQueue & MessageReceiver;
  readonly storage: StorageTime;
  readonly handler: MessageHandler;
}

/** Creates an app in which every GitHub event runs `actor`. */
export async function createInProcess(actor: ActorClass): Promise<InProcess> {
  const storage = new StorageTime();
  const database = SqliteDatabase.open(':memory:');
  const clock = createSystemClock();
  const queue = new SqliteQueue(database, { clock });
  let handler: MessageHandler | undefined;
  const backend: Embedded = {
    queue: storage.wrap<EventQueue>(queue),
    store: storage.wrap(new SqliteStore(database, { clock })),
    drive: (given) => {
      handler = given;
    },
    close: () => database.close(),
  };
  const config = {
    ...loadConfig({ GITHUB_WEBHOOK_SECRET: SECRET, HEDDLE_LOG_LEVEL: 'error' }),
    triggersFile: join(ROOT, 'test/bench/app/triggers.yaml'),
  };
  const app = await openApp(config, { actors: { finish: actor }, backend });
  if (!handler) throw new Error('the app did not begin to dispatch');
  return { app, queue, storage, handler };
}
