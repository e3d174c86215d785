/** A request as the sender would make it. */
export interface SampleRequest {
  /** Path on the host: `webhooks/github`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
