import { describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { openApp } from '../../../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import { EVENTS } from '../../../shared/heddle/ports/collections.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { silent } from '../../helpers/world.ts';

/** An app in Azure whose triggers are not valid JSON. */
async function openUnreadable() {
  const clock = createFakeClock();
  const database = SqliteDatabase.open(':memory:');
  const queue = new SqliteQueue(database, { clock });
  const store = new SqliteStore(database, { clock });
  let isDriven = false;
  const drive = () => {
    isDriven = true;
  };
  const config = loadConfig({ WEBSITE_SITE_NAME: 'x', TRIGGERS_B64_00: 'bm8ganNvbg==' });
  const backend = { queue, store, drive, close: () => database.close() };
  const app = await openApp(config, { backend, logger: silent });
  return { app, store, isDriven: () => isDriven };
}

const body = JSON.stringify({ kind: 'event', event: createEvent() });
const message = { id: 'm', bytes: Buffer.from(body), sequence: 1, deliveryCount: 1 };
const unreadable = { code: 'definitions_unreadable', retryAfter: 300 };

describe('an app whose triggers cannot be read', () => {
  it('leaves what is queued for the day on which they can', async () => {
    const { app, store, isDriven } = await openUnreadable();
    await expect(app.handleMessage(message)).rejects.toMatchObject(unreadable);
    await expect(app.giveUpMessage(message, 'given up')).rejects.toMatchObject(unreadable);
    expect(isDriven()).toBe(false);
    expect((await store.list(EVENTS, { limit: 10 })).items).toEqual([]);
    await app.stop();
  });

  it('says so to whoever looks after it', async () => {
    const { app } = await openUnreadable();
    const { status, reasons } = await app.call('health');
    expect(status).toBe('unhealthy');
    expect(reasons.join('\n')).toContain('TRIGGERS_B64_00:1 it is not the base64 of a JSON text');
    await app.stop();
  });
});
