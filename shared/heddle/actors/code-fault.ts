/** A fault in a registration, with the name it was registered under. */
export interface CodeFault {
  readonly name: string;
  readonly message: string;
}
