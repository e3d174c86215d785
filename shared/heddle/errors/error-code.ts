/** Catalogue entry: the meaning of a code, and what to do about it. */
export interface ErrorCodeEntry {
  readonly means: string;
  readonly fix: string;
}
