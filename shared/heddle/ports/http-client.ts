export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** Of the answer; what is longer is cut. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** Base64: the bytes as they came; text loses those that are no UTF-8. Absent: text. */
  readonly bodyAs?: 'text' | 'base64';
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Requests to addresses that came with an event or a trigger: no redirects, and none to addresses of
 * this machine, its network or its cloud's metadata unless they are allowed.
 * @throws {TerminalError} `address_forbidden`; {@link RetryableError} when there is no answer
 */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpAnswer>;
}
