import { writeSync } from 'node:fs';
import { SqliteDatabase } from '../../shared/heddle/adapters/embedded/database.ts';
import { SqliteQueue } from '../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { createSystemClock } from '../../shared/heddle/adapters/embedded/system-clock.ts';

/** Sends until it is killed, and prints each id once the queue has it. */
const [, , path = '', name = ''] = process.argv;
const queue = new SqliteQueue(SqliteDatabase.open(path), { clock: createSystemClock() });

async function sendForever(sender: number): Promise<never> {
  for (let count = 0; ; count++) {
    const id = `${name}-${sender}-${count}`;
    await queue.send([{ id, body: id.repeat(50) }]);
    writeSync(1, `${id}\n`);
  }
}

await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(sendForever));
