/** A fault the person at the keyboard can mend: printed without a stack, then exit code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
