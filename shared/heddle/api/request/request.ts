/** A request to the API as the host received it: nothing decoded, nothing trusted. */
export interface ApiRequest {
  readonly method: string;
  /** A repeated header has its values joined by commas. */
  readonly headers: Pick<Headers, 'get'>;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** W3C trace context of the caller. */
  readonly traceparent: string | undefined;
}

/** The part of a request that is known before its body is read. */
export type RequestHead = Pick<ApiRequest, 'method' | 'headers' | 'query'>;

/** An answer; with neither `json` nor `text` the body is empty. */
export interface ApiAnswer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers: Readonly<Record<string, string>>;
}
