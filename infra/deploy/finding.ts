/** A fault that would make the deployment or the deployed app fail. */
export interface Finding {
  readonly file: string;
  readonly what: string;
  readonly fix: string;
}

/** The findings of a check, and a summary for when there are none. */
export interface Outcome {
  readonly findings: readonly Finding[];
  readonly summary: string;
  /** What the deployment works without, but not all of the app. */
  readonly warnings?: readonly string[];
}

export interface Check {
  readonly name: string;
  run(): Outcome | Promise<Outcome>;
}
