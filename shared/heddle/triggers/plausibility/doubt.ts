/** A position in a trigger. */
export type Path = readonly (string | number)[];

/** Something that can be meant and probably is not. */
export interface Doubt {
  readonly path: Path;
  /** What is doubtful, why it cannot work, and what to write instead. */
  readonly message: string;
}
