/** A fault of a part of the app, in words that anybody may read: `/health` shows them. */
export class PartFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PartFault';
  }
}
