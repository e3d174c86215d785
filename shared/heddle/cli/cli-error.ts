/** Something the user can put right: shown as its message alone, without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
}
