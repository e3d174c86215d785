/** A fault in a text, with its line. */
export interface Fault {
  /** The file, where there are several. */
  readonly file?: string;
  /** Counts from 1. */
  readonly line: number;
  /** Name of the trigger at fault, if there is one and it has a name. */
  readonly trigger?: string;
  readonly message: string;
}

/** Returns the line of the value at a path, or of the nearest value around it if there is none. */
export type Locate = (path: readonly PropertyKey[]) => number;

/** A file among several that are read as one. */
export interface FileLines {
  readonly name: string;
  /** How many lines the files before it have: a line of this file comes after them. */
  readonly before: number;
}

export type ReadYaml =
  | {
      readonly value: unknown;
      readonly locate: Locate;
      /** Numbers that the file cannot keep exact. In `value` they are the texts of their digits. */
      readonly unquoted?: readonly Fault[];
      /** What the file says, and its reader passes over. */
      readonly warnings?: readonly Fault[];
      /** In the order of their lines. Absent: there is one file. */
      readonly files?: readonly FileLines[];
    }
  | { readonly faults: readonly Fault[] };
