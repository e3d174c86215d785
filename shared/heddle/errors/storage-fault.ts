/** The failure that a storage service or the network reported. */
export interface StorageFault {
  readonly status: number | undefined;
  /** An error code of the service (`ContainerNotFound`) or the network (`ECONNREFUSED`). */
  readonly code: string | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
}

interface SdkError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly details?: { readonly errorCode?: string };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

export function toStorageFault(error: unknown): StorageFault {
  const { statusCode, code, details, response } = (error ?? {}) as SdkError;
  const seconds = Number(response?.headers?.get('retry-after') ?? Number.NaN);
  return {
    status: statusCode,
    code: details?.errorCode ?? code,
    retryAfter: seconds > 0 ? seconds : undefined,
  };
}
