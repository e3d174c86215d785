import { RetryableError } from '../../errors/errors.ts';
import { toStorageFault } from '../../errors/storage-fault.ts';

/** Keeps the library's own message in the cause only: it quotes parts of the signed request. */
export function toBlobError(cause: unknown, container: string): RetryableError {
  const { status, code, retryAfter } = toStorageFault(cause);
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
