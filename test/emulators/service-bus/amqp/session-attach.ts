import rhea, { type Sender } from 'rhea';
import type { Entity, SessionWaiter } from '../entity.ts';
import type { SessionLock } from '../sessions.ts';
import type { Attached } from './attached.ts';
import { NO_SESSION, SESSION_LOCKED } from './conditions.ts';
import { holdAttach, internals } from './rhea.ts';

const SESSION_FILTER = 'com.microsoft:session-filter';
const TIMEOUT = 'com.microsoft:timeout';
const DEFAULT_TIMEOUT_MS = 60_000;

const TICKS_PER_MS = 10_000n;
const UNIX_EPOCH_IN_TICKS = 621_355_968_000_000_000n;

export interface SessionAttach {
  readonly link: Sender;
  readonly entity: Entity;
  onAccepted(session: SessionLock): void;
}

/** The requested session; undefined: none requested; null: any. */
export function requestedSession(link: Sender): string | null | undefined {
  const filter: Record<string, unknown> = link.source.filter ?? {};
  if (!(SESSION_FILTER in filter)) return undefined;
  const value = filter[SESSION_FILTER];
  return typeof value === 'string' ? value : null;
}

/** Attaches the session, or refuses when another receiver has it. */
export function attachSession(attach: SessionAttach, sessionId: string): void {
  const { link, entity } = attach;
  const session = entity.queue.acceptSession(sessionId);
  if (session === undefined) link.close(SESSION_LOCKED);
  else accept(attach, session);
}

/**
 * Attaches any session with messages. The response waits until one is free, for as long as the
 * client allows; then it is refused.
 */
export function awaitSession(attach: SessionAttach): Attached {
  const { link, entity } = attach;
  const letGo = holdAttach(link);
  const waiter: SessionWaiter = {
    offer: (session) => {
      clearTimeout(timer);
      accept(attach, session);
      letGo();
    },
  };
  const forget = () => {
    clearTimeout(timer);
    entity.forget(waiter);
  };
  const refuse = () => {
    forget();
    link.close(NO_SESSION);
    letGo();
  };
  const timer = setTimeout(refuse, timeoutOf(link)).unref();
  entity.await(waiter);
  return { leave: refuse, vanish: forget };
}

function timeoutOf(link: Sender): number {
  const asked: unknown = link.properties?.[TIMEOUT];
  return typeof asked === 'number' ? asked : DEFAULT_TIMEOUT_MS;
}

function accept({ link, entity, onAccepted }: SessionAttach, session: SessionLock): void {
  const filter = { [SESSION_FILTER]: session.sessionId };
  link.set_source({ address: entity.address, filter });
  internals(link).local.attach.properties = {
    'com.microsoft:locked-until-utc': rhea.types.wrap_long(toTicks(session.until)),
  };
  onAccepted(session);
}

/** Converts to .NET's count of 100 ns since the year 1, which is too large for a number. */
function toTicks(unixMs: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(unixMs) * TICKS_PER_MS + UNIX_EPOCH_IN_TICKS);
  return bytes;
}
