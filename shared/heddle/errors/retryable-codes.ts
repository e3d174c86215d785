import type { ErrorCodeEntry } from './error-code.ts';

/** Codes of `RetryableError`: Heddle, or the caller, tries again. */
export const RETRYABLE = {
  attempt_lost: {
    means: 'The attempt lost its message or its slot to another process.',
    fix: 'Nothing: the process that has it now continues the run.',
  },
  blob_missing: {
    means: 'The blob of a large document is not there, at present.',
    fix: 'Check the storage account if it stays.',
  },
  blob_unavailable: {
    means: 'Blob storage did not answer as expected.',
    fix: 'Check the storage account and its role assignments if it stays.',
  },
  bodies_full: {
    means:
      'The bodies of streamed requests that are being received fill their share of the memory.',
    fix: 'Nothing: the sender comes again. If it stays, raise the instances or their memory.',
  },
  claim_missing: {
    means: 'The blob with a large message’s text is not there, at present.',
    fix: 'Check the storage account if it stays.',
  },
  contention: {
    means: 'A document was changed by others many times in a row.',
    fix: 'Nothing: the message comes again.',
  },
  definitions_unreadable: {
    means: 'The triggers and sources cannot be read, so nothing is accepted and nothing runs.',
    fix: 'Read `/health`, and deploy a triggers file that can be read.',
  },
  endpoint_failed: {
    means: 'The code of a custom source threw, or returned something else than it should.',
    fix: 'Mend the endpoint’s function: the sender comes again.',
  },
  fetch_failed: {
    means: 'The certificate or keys that verify the sender could not be fetched.',
    fix: 'Check outgoing connections if it stays.',
  },
  http_no_answer: {
    means: 'The host gave no answer, or the connection broke.',
    fix: 'Check the URL and the host.',
  },
  http_status: {
    means: 'The answer’s status is not one that `expect` allows.',
    fix: 'Check the request; 4xx other than 408, 425 and 429 fail for good.',
  },
  http_timeout: {
    means: 'The answer took longer than the timeout.',
    fix: 'Raise `timeoutSeconds`, or mend the host.',
  },
  lock_lost: {
    means: 'The message’s lock ended before the run was tried again.',
    fix: 'Nothing: the message comes again.',
  },
  poll_lost: { means: 'A poll lost its message.', fix: 'Nothing: it is made again.' },
  poll_overtaken: {
    means: 'Another poll of the trigger ended meanwhile.',
    fix: 'Nothing: it is made again on top of that one.',
  },
  poll_timeout: {
    means: 'A poll took longer than its timeout.',
    fix: 'Raise `poll.timeout`, or look at less in one poll.',
  },
  probe_unavailable: {
    means: 'A queue or container that a poller watches did not answer.',
    fix: 'Do what the message says if it stays.',
  },
  queue_behind: {
    means: 'More messages wait, or for longer, than the settings allow.',
    fix: 'Find out what takes so long, or raise `HEDDLE_MAX_QUEUE_DEPTH` or `HEDDLE_MAX_QUEUE_AGE`.',
  },
  queue_unavailable: {
    means: 'The event queue does not accept.',
    fix: 'Nothing is lost: senders come again. Check Service Bus, or the disk, if it stays.',
  },
  request_lost: {
    means: 'A streamed request and its invocation did not both reach the app within half a minute.',
    fix: 'Nothing: the sender comes again. A sender must not send the header `x-ms-invocation-id`.',
  },
  sink_unavailable: {
    means: 'The service that a built-in actor sends to did not accept.',
    fix: 'Check the service if it stays.',
  },
  store_unavailable: {
    means: 'The document store does not answer.',
    fix: 'Check Cosmos DB, or the disk, if it stays.',
  },
  subscription_unknown: {
    means: 'The MCP subscription is not configured here, perhaps not yet.',
    fix: 'Add it to the source’s `subscriptions`, or end it at the server.',
  },
  timeout: {
    means: 'The attempt took longer than the trigger’s `timeout`.',
    fix: 'Raise `timeout`, and end the actor’s work when `context.signal` aborts.',
  },
} as const satisfies Readonly<Record<string, ErrorCodeEntry>>;
