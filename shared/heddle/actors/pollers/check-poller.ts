import type { Poller, PollerClass } from '../poller.ts';
import { parsePollInterval } from './poll-interval.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export interface CheckedPoller {
  /** The poller's name, or the class's if it has none. */
  readonly name: string;
  readonly faults: readonly string[];
}

/** Checks a poller before its first poll. */
export function checkPoller(PollerClass: PollerClass): CheckedPoller {
  if (typeof PollerClass !== 'function') {
    const { name = '' } = (PollerClass ?? {}) as Partial<Poller>;
    return {
      name,
      faults: ['expected the class itself, not an object of it: leave out new and ()'],
    };
  }
  let poller: Poller;
  try {
    poller = new PollerClass();
  } catch (error) {
    const text = `the poller cannot be made, for which it is given nothing: ${String(error)}`;
    return { name: PollerClass.name, faults: [text] };
  }
  const hasName = typeof poller.name === 'string' && NAME.test(poller.name);
  const faults = hasName
    ? []
    : ['name: expected letters, digits, ".", "_" or "-" of a poller, at most 64'];
  return { name: poller.name || PollerClass.name, faults: [...faults, ...findFaults(poller)] };
}

function findFaults({ pollInterval, poll }: Poller): readonly string[] {
  const missing = typeof poll === 'function' ? [] : ['poll: expected a method'];
  try {
    parsePollInterval(pollInterval);
    return missing;
  } catch (error) {
    return [...missing, (error as RangeError).message];
  }
}
