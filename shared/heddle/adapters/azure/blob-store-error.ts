import { RetryableError } from '../../errors/errors.ts';

/** The failure that the service or the network reported. */
export interface BlobFault {
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

export function toBlobFault(error: unknown): BlobFault {
  const { statusCode, code, details, response } = (error ?? {}) as SdkError;
  const seconds = Number(response?.headers?.get('retry-after') ?? Number.NaN);
  return {
    status: statusCode,
    code: details?.errorCode ?? code,
    retryAfter: seconds > 0 ? seconds : undefined,
  };
}

/** Keeps the library's own message in the cause only: it quotes parts of the signed request. */
export function toBlobError(cause: unknown, container: string): RetryableError {
  const { status, code, retryAfter } = toBlobFault(cause);
  const found = [status, code].filter((part) => part !== undefined).join(' ') || toName(cause);
  return new RetryableError(
    'blob_unavailable',
    `blob container ${container}: expected the service to answer, received ${found}: ${toAdvice(status)}`,
    { cause, ...(retryAfter === undefined ? {} : { retryAfter }) },
  );
}

function toName(cause: unknown): string {
  return cause instanceof Error ? cause.name : typeof cause;
}

function toAdvice(status: number | undefined): string {
  if (status === 401 || status === 403) {
    return 'the identity needs the role Storage Blob Data Owner (or Contributor) on the account of AzureWebJobsStorage__blobServiceUri, and a new assignment takes minutes to spread; a connection string in AzureWebJobsStorage needs a valid key';
  }
  if (status === 404) return 'the container is deployed with the account: deploy again';
  return 'it is tried again';
}
