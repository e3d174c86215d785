import { type LineMessage, toLineMessageId } from '../../domain/message.ts';
import type { EventQueue } from '../../ports/event-queue.ts';
import { findFreeAt, findHead, handOver, type Slot, toPresentSlot } from '../concurrency/index.ts';
import type { Engine, Leasing, Releasing, Sending } from '../engine/index.ts';

/** A line in which nothing moves is looked at less and less often, but within this time. */
const MAX_WAIT_MS = 300_000;
/** Maximum time until the first look, where leases are longer. */
const MAX_FIRST_MS = 60_000;
/** Looks are due at whole seconds, so that those of several instances become one. */
const GRAIN_MS = 1000;

/** The same for places of throttles, which are free at a known time. */
const PLACE_GRAIN_MS = 100;

/** Number of lines of which a process remembers that their message is sent. */
const MAX_REMEMBERED = 10_000;

/** By line, when the message that this process has sent for it is due. */
const sent = new WeakMap<EventQueue, Map<string, number>>();

/** When the next place of a throttle is free. */
interface Due {
  readonly freeAt?: string | undefined;
}

/** What the last look at a line has found. */
type Last = Pick<LineMessage, 'head' | 'step'>;

/**
 * Sends the message of a line, due when a lease that begins now ends, unless this process has sent
 * one that comes by then. Its id is computed from the line and the time, so a line has one message
 * at a time however many runs wait in it.
 */
export async function lookLater(
  engine: Leasing & Sending,
  slot: Slot,
  { freeAt, ...found }: Last & Due = {},
): Promise<void> {
  const { queue, clock } = engine;
  const { id, trigger, max, inputHash, period, limit } = slot;
  const now = clock.now();
  const due = freeAt === undefined ? toDue(engine, found.step) : toDueOfPlace(now, freeAt);
  const known = sent.get(queue) ?? new Map<string, number>();
  sent.set(queue, known);
  const last = known.get(id) ?? 0;
  const least = freeAt === undefined ? toFirst(engine) / 4 : 0;
  if (last <= due && last > now + least) return;
  const sentSlot = { id, trigger, max, ...withoutAbsent({ inputHash, period, limit }) };
  const message: LineMessage = { kind: 'line', slot: sentSlot, ...found };
  const body = JSON.stringify(message);
  await queue.send([{ id: toLineMessageId(message, due), body, delayMs: due - now }]);
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(id, due);
}

/** A message has no undefined. */
function withoutAbsent<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** A place of a throttle is free by the clock, and is handed over at most a tenth second later. */
function toDueOfPlace(now: number, freeAt: string): number {
  const at = Math.min(Math.max(now, Date.parse(freeAt)), now + MAX_WAIT_MS);
  return Math.ceil(at / PLACE_GRAIN_MS) * PLACE_GRAIN_MS;
}

function toFirst({ leaseMs }: Pick<Engine, 'leaseMs'>): number {
  return Math.min(leaseMs, MAX_FIRST_MS);
}

/** Longer steps end at their multiples, where the messages of one line meet and become one. */
function toDue(engine: Leasing, step = 1): number {
  const grain = step === 1 ? GRAIN_MS : step * toFirst(engine);
  return Math.ceil((engine.clock.now() + toFirst(engine)) / grain) * grain;
}

/**
 * Hands free slots to the runs in line, and comes again while any is left. A slot is free without a
 * hand-over where the process that released it died and nobody follows that up, or where the limit
 * was raised.
 */
export async function lookAtLine(
  engine: Releasing,
  { slot, head: before, step = 1 }: LineMessage,
): Promise<void> {
  await handOver(engine, toPresentSlot(engine, slot));
  const head = await findHead(engine, slot.id);
  if (head === undefined) return;
  const freeAt = slot.period === undefined ? undefined : await findFreeAt(engine, slot);
  if (freeAt !== undefined) return lookLater(engine, slot, { freeAt });
  const longer = (2 * step + 1) * toFirst(engine) > MAX_WAIT_MS ? step : 2 * step;
  await lookLater(engine, slot, { head, step: head === before ? longer : 1 });
}

/** A line whose message is given up is looked at again: nothing else may look after its runs. */
export function giveUpLine(engine: Leasing & Sending, { slot }: LineMessage): Promise<void> {
  return lookLater(engine, slot);
}
