export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** Maximum size of the answer; a longer one is cut. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** Base64: the exact bytes; text loses bytes that are not UTF-8. Absent: text. */
  readonly bodyAs?: 'text' | 'base64';
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends requests to addresses that came with an event or a trigger. It follows no redirects, and
 * refuses addresses of this machine, its network or its cloud's metadata unless they are allowed.
 * @throws {TerminalError} `address_forbidden`; {@link RetryableError} when there is no answer
 */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Whether the list of allowed addresses has the URL's host. Absent: there is no list. */
  isListed?(url: string): boolean;
}
