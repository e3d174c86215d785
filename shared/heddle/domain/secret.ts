/** A secret: the name of its setting, which may be shown, and its value, which may not. */
export interface Secret {
  readonly setting: string;
  readonly value: string;
}
