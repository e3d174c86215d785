/** A fault that the user can correct: printed without a stack, then exit code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
