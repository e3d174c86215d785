import { type LineMessage, toLineMessageId } from '../../domain/message.ts';
import type { EventQueue } from '../../ports/event-queue.ts';
import { findHead, handOver, type Slot, toPresentSlot } from '../concurrency/index.ts';
import type { Engine, Leasing, Releasing, Sending } from '../engine/index.ts';

/** A line in which nothing moves is looked at less and less often, but within this time. */
const MAX_WAIT_MS = 300_000;
/** Maximum time until the first look, where leases are longer. */
const MAX_FIRST_MS = 60_000;
/** Looks are due at whole seconds, so that those of several instances become one. */
const GRAIN_MS = 1000;

/** Number of lines of which a process remembers that their message is sent. */
const MAX_REMEMBERED = 10_000;

/** By line, when the message that this process has sent for it is due. */
const sent = new WeakMap<EventQueue, Map<string, number>>();

/** What the last look at a line has found. */
type Last = Pick<LineMessage, 'head' | 'step'>;

/**
 * Sends the message of a line, due when a lease that begins now ends, unless this process has sent
 * one that comes by then. Its id is computed from the line and the time, so a line has one message
 * at a time however many runs wait in it.
 */
export async function lookLater(
  engine: Leasing & Sending,
  { id, trigger, max, inputHash }: Slot,
  found: Last = {},
): Promise<void> {
  const { queue, clock } = engine;
  const now = clock.now();
  const due = toDue(engine, found.step);
  const known = sent.get(queue) ?? new Map<string, number>();
  sent.set(queue, known);
  const last = known.get(id) ?? 0;
  if (last <= due && last > now + toFirst(engine) / 4) return;
  const slot = { id, trigger, max, ...(inputHash === undefined ? {} : { inputHash }) };
  const message: LineMessage = { kind: 'line', slot, ...found };
  const body = JSON.stringify(message);
  await queue.send([{ id: toLineMessageId(message, due), body, delayMs: due - now }]);
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(id, due);
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
  const longer = (2 * step + 1) * toFirst(engine) > MAX_WAIT_MS ? step : 2 * step;
  await lookLater(engine, slot, { head, step: head === before ? longer : 1 });
}

/** A line whose message is given up is looked at again: nothing else may look after its runs. */
export function giveUpLine(engine: Leasing & Sending, { slot }: LineMessage): Promise<void> {
  return lookLater(engine, slot);
}
