import { ConfigError } from '../../errors/errors.ts';
import type { Connection } from './connection.ts';

/** Each step migrates the file from version n to n + 1. Steps are added, never changed. */
const MIGRATIONS: readonly string[] = [
  `
  -- visible_at: when it is due or, while it is locked, when the lock expires.
  CREATE TABLE messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    visible_at INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    delivery_count INTEGER NOT NULL,
    body TEXT NOT NULL
  );
  CREATE INDEX messages_by_visible_at ON messages (visible_at);

  CREATE TABLE sent (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    sent_at INTEGER NOT NULL
  );

  CREATE TABLE dead_letters (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    sequence INTEGER NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    reason TEXT NOT NULL,
    delivery_count INTEGER NOT NULL,
    dead_lettered_at INTEGER NOT NULL
  );

  -- shape: the indexed fields that the table's columns and indexes were made for.
  CREATE TABLE collections (
    name TEXT PRIMARY KEY,
    shape TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
  // Dead letters are now documents of the store; those of the first version are dropped with their
  // table.
  // A message with an ordering key waits (visible_at far in the future) until the one before it is
  // gone.
  `
  DROP TABLE dead_letters;
  ALTER TABLE messages ADD COLUMN ordering_key TEXT;
  CREATE INDEX messages_by_ordering_key ON messages (ordering_key, sequence)
    WHERE ordering_key IS NOT NULL;
  CREATE TRIGGER next_of_ordering_key AFTER DELETE ON messages WHEN OLD.ordering_key IS NOT NULL
  BEGIN
    UPDATE messages SET visible_at = 0 WHERE locked = 0 AND sequence =
      (SELECT min(sequence) FROM messages WHERE ordering_key = OLD.ordering_key);
  END;
  `,
  // The messages of a lane are received by themselves, the urgent ones (0) before the others (1).
  // Messages of the version before are in the common lane.
  `
  ALTER TABLE messages ADD COLUMN lane TEXT NOT NULL DEFAULT '';
  ALTER TABLE messages ADD COLUMN rank INTEGER NOT NULL DEFAULT 1;
  DROP INDEX messages_by_visible_at;
  CREATE INDEX messages_by_lane ON messages (lane, rank, visible_at);
  `,
];

/** Writes even when there is nothing to migrate, so that the log's file exists and is flushed. */
export function migrate(connection: Connection, path: string): void {
  connection.transaction(() => {
    const version = connection.get<{ user_version: number }>('PRAGMA user_version');
    const from = version?.user_version ?? 0;
    if (from > MIGRATIONS.length) {
      throw new ConfigError(`the embedded database ${path}`, [
        `its format is ${from}, this version of Heddle knows up to ${MIGRATIONS.length}: use the newer version that wrote it, or another file`,
      ]);
    }
    for (const step of MIGRATIONS.slice(from)) connection.exec(step);
    connection.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}
