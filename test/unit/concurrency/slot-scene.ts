import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import type { Holder, SlotState, Waiter } from '../../../shared/heddle/domain/limit-state.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { createSlot } from '../../../shared/heddle/pipeline/concurrency/slot-state.ts';
import { LIMIT_STATES, WAITERS } from '../../../shared/heddle/ports/collections.ts';
import type { DocumentStore } from '../../../shared/heddle/ports/document-store.ts';
import type { OutgoingMessage } from '../../../shared/heddle/ports/event-queue.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';

export const LEASE_MS = 20_000;
export const SLOT = createSlot('t', 2, 'slots', '');

/** The document of one slot and its line, without runs: what is written and sent is all there is. */
export function createSlotScene() {
  const clock = createFakeClock();
  const store = new SqliteStore(SqliteDatabase.open(':memory:'), { clock });
  const sent: OutgoingMessage[] = [];
  const calls: string[] = [];
  const present = new Map<string, Trigger>();
  const at = (ms: number) => new Date(clock.now() + ms).toISOString();
  const engine = {
    ...{ clock, leaseMs: LEASE_MS, store: recordCalls(store, calls) },
    presentTrigger: (name: string) => present.get(name),
    queue: {
      send: async (messages: readonly OutgoingMessage[]) => {
        calls.push('send');
        sent.push(...messages);
        return messages.map(() => 'accepted' as const);
      },
      cancel: async () => false,
      measureLag: async () => ({ depth: 0, ageMs: 0 }),
      depth: async () => 0,
    },
  };
  return {
    ...{ clock, store, engine, sent, calls, present, at },
    holder: (runId: string, more: Partial<Holder> = {}): Holder => ({
      ...{ runId, attempt: 1, until: at(LEASE_MS), ...more },
    }),
    async write(holders: readonly Holder[], hasLine?: boolean): Promise<void> {
      const line = hasLine === undefined ? {} : { hasLine };
      const about = { id: SLOT.id, trigger: 't', updatedAt: at(0) };
      await store.create(LIMIT_STATES, { ...about, kind: 'slots', holders, ...line });
    },
    /** Runs in line, whose turns are in the order of `ids`. */
    async wait(ids: readonly string[], more: Partial<Waiter> = {}): Promise<void> {
      for (const id of ids) {
        await store.create(WAITERS, { id, slot: SLOT.id, attempt: 1, turn: `turn ${id}`, ...more });
      }
    },
    async state(): Promise<SlotState | undefined> {
      const found = (await store.read(LIMIT_STATES, SLOT.id))?.document;
      return found?.kind === 'slots' ? found : undefined;
    },
    async holders(): Promise<readonly string[]> {
      return ((await this.state())?.holders ?? []).map(({ runId }) => runId);
    },
  };
}

export type SlotScene = ReturnType<typeof createSlotScene>;

function recordCalls(store: DocumentStore, calls: string[]): DocumentStore {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...given: unknown[]) => {
        calls.push(String(name));
        return method.apply(target, given);
      };
    },
  });
}
