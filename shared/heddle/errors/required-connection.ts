import { TerminalError } from './errors.ts';

/** A service and the settings that configure it. */
export interface ConfiguredService {
  readonly name: string;
  /** Holds a connection string. */
  readonly setting: string;
  /** Holds an address, which an identity signs in to. */
  readonly endpoint: string;
}

/** @param code the code of the {@link TerminalError} that names the missing setting */
export function createNeed(code: string) {
  return function need<T>(made: T | undefined, { name, setting, endpoint }: ConfiguredService): T {
    if (made !== undefined) return made;
    throw new TerminalError(
      code,
      `no connection to ${name} is configured: set ${setting} to a connection string, or ${endpoint} for an identity`,
    );
  };
}
