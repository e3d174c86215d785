/** A fault in a text, with its line. */
export interface Fault {
  /** Counts from 1. */
  readonly line: number;
  /** Name of the trigger at fault, if there is one and it has a name. */
  readonly trigger?: string;
  readonly message: string;
}

/** Returns the line of the value at a path, or of the nearest value around it if there is none. */
export type Locate = (path: readonly PropertyKey[]) => number;

export type ReadYaml =
  | {
      readonly value: unknown;
      readonly locate: Locate;
      /** Numbers that the file cannot keep exact. In `value` they are the texts of their digits. */
      readonly unquoted?: readonly Fault[];
      /** What the file says, and its reader passes over. */
      readonly warnings?: readonly Fault[];
    }
  | { readonly faults: readonly Fault[] };
