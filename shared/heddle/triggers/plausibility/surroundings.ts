import type { z } from 'zod';

/** What an actor takes. */
export interface ActorInput {
  readonly schema: z.ZodType;
  /** A built-in actor that sends: it is strict about its input. */
  readonly isSink: boolean;
}

/** What is known around the triggers. */
export interface Surroundings {
  /** The kind of a source; for the sources of the engine their name. */
  readonly kindOf: (source: string) => string | undefined;
  /** By the names of the actors that have a schema. */
  readonly inputs: Readonly<Record<string, ActorInput>>;
  /** Types of the events that the app's code registers. */
  readonly emitted?: readonly string[];
  /** Whether the file is, or is to be, deployed. */
  readonly isDeployed?: boolean;
  /** Whether requests may go to this host inside. Absent: not known. */
  readonly mayReach?: (host: string) => boolean;
  /** Whether an app setting is set. Absent: not known. */
  readonly isSet?: (setting: string) => boolean;
  /** Names of triggers whose code makes the input. */
  readonly transformed?: ReadonlySet<string>;
}
