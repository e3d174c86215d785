/** The database's files are not what the last process left. The message says what was found. */
export class DamageError extends Error {
  /** True where the file itself can be used, and lacks what was written last. */
  readonly isUsable: boolean;

  constructor(found: string, { isUsable = false, ...options }: DamageOptions = {}) {
    super(found, options);
    this.name = 'DamageError';
    this.isUsable = isUsable;
  }
}

interface DamageOptions extends ErrorOptions {
  readonly isUsable?: boolean;
}
