/** What would make a deployment fail, or the app that comes of it. */
export interface Finding {
  readonly file: string;
  readonly what: string;
  readonly fix: string;
}

/** What a check found, and what it says when it found nothing. */
export interface Outcome {
  readonly findings: readonly Finding[];
  readonly summary: string;
}

export interface Check {
  readonly name: string;
  run(): Outcome | Promise<Outcome>;
}
