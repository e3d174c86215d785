/** What is wrong in a text, and where. */
export interface Fault {
  /** From 1. */
  readonly line: number;
  /** The trigger's name, where it is a trigger's and has one. */
  readonly trigger?: string;
  readonly message: string;
}

/** The line of what is at a path, or of the nearest thing around it where there is nothing. */
export type Locate = (path: readonly PropertyKey[]) => number;

export type ReadYaml =
  | { readonly value: unknown; readonly locate: Locate }
  | { readonly faults: readonly Fault[] };
