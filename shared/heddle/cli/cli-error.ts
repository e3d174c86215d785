/** An error that the user can correct: only its message is shown, without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
}
