import type { Socket } from 'node:net';
import rhea, {
  type Connection,
  type Delivery,
  type Message,
  type Sender,
  type Session,
} from 'rhea';

/**
 * The parts of rhea 3 that this emulator needs beyond its types:
 * https://github.com/amqp/rhea/blob/main/lib/link.js and session.js
 */

export interface AmqpErrorFields {
  readonly condition: string;
  readonly description: string;
}

interface LinkInternals {
  local: { attach: Record<string, unknown> };
  /** Writes pending frames: attach, flow, detach. */
  _process?: () => void;
  _draining: boolean;
  _drained: boolean;
  _get_drain: () => boolean;
  credit: number;
  delivery_count: number;
}

interface SessionInternals {
  outgoing: { next_delivery_id: number; next_pending_delivery: number };
}

interface Outcomes {
  accepted(): { described(): unknown };
  rejected(fields: { error: AmqpErrorFields }): { described(): unknown };
}

const { message } = rhea;
const outcomes = message as unknown as Outcomes;

export const ACCEPTED = outcomes.accepted().described();

export function rejected(error: AmqpErrorFields): unknown {
  return outcomes.rejected({ error }).described();
}

export function internals(link: object): LinkInternals {
  return link as LinkInternals;
}

/** Counts deliveries that rhea has but has not sent: they will use up credit. */
function unsent(session: Session): number {
  const { outgoing } = session as unknown as SessionInternals;
  return outgoing.next_delivery_id - outgoing.next_pending_delivery;
}

export function creditOf(sender: Sender): number {
  return internals(sender).credit - unsent(sender.session);
}

/**
 * Settles for good. Rhea keeps a delivery until the other side has settled it too, which clients
 * that wait for this response never do.
 */
export function settle(delivery: Delivery, outcome: unknown): void {
  delivery.update(true, outcome);
  (delivery as { remote_settled: boolean }).remote_settled = true;
}

/**
 * Answers a drain even when the last credit was used up meanwhile, which rhea leaves unanswered.
 */
export function answerDrains(sender: Sender): void {
  const link = internals(sender);
  link._get_drain = () => {
    if (!link._draining || !link._drained) return false;
    link.delivery_count += link.credit;
    link.credit = 0;
    return true;
  };
}

/** Delays the response to an attach. @returns a function that releases it */
export function holdAttach(sender: Sender): () => void {
  const link = internals(sender);
  link._process = () => {};
  return () => {
    delete link._process;
    writeSoon(sender.connection);
  };
}

function writeSoon(connection: Connection): void {
  (connection as unknown as { _register(): void })._register();
}

/** Destroys the socket with an error, as rhea ignores one that is destroyed without. */
export function breakOff(socket: Socket): void {
  socket.destroy(new Error('The emulator cut the connection.'));
}

export function socketOf(connection: Connection): Socket {
  return (connection as unknown as { socket: Socket }).socket;
}

export function decode(bytes: Buffer): Message {
  return message.decode(bytes) as unknown as Message;
}

export function encode(fields: Message): Buffer {
  return message.encode(fields);
}
