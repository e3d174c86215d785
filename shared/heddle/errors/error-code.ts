/** Catalogue entry: says what a code means, and what whoever meets it does next. */
export interface ErrorCodeEntry {
  readonly means: string;
  readonly fix: string;
}
