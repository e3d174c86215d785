import type { ErrorCodeEntry } from './error-code.ts';

interface RejectedEntry extends ErrorCodeEntry {
  /** HTTP status that answers it, where the thrower gives no other. */
  readonly status: number;
}

/** Codes of `RejectedError`: the caller changes the request. */
export const REJECTED = {
  address_refused: {
    status: 403,
    means: 'The sender’s address is not in the source’s `ipAllowList`.',
    fix: 'Add the address or its range, or raise `trustedProxyHops` if a proxy stands in front.',
  },
  batch_too_large: {
    status: 413,
    means: 'The request has more events than one request may bring.',
    fix: 'Send fewer events per request.',
  },
  body_invalid: {
    status: 400,
    means:
      'The JSON body of an API request has a field that is unknown, missing or of another type.',
    fix: 'Correct the field that the detail names.',
  },
  body_late: {
    status: 408,
    means: 'The body of a streamed request did not come within two minutes.',
    fix: 'Send it faster, or less.',
  },
  body_too_large: {
    status: 413,
    means: 'The body is larger than the limit in the detail.',
    fix: 'Send less, or a reference to what is large.',
  },
  certificate_refused: {
    status: 403,
    means: 'The client certificate is missing, expired or not one of the allowed ones.',
    fix: 'Send a certificate that the source’s `auth` allows.',
  },
  continuation_invalid: {
    status: 400,
    means: '`continuation` is not one that an earlier page of this query gave.',
    fix: 'Begin again without it.',
  },
  cross_site: {
    status: 403,
    means: 'A browser sent the request for a page of another origin.',
    fix: 'Call the API from a page of its own origin, or from a program.',
  },
  dead_letter_unknown: {
    status: 404,
    means: 'There is no such dead letter: it was resubmitted, or its retention is over.',
    fix: 'List the dead letters.',
  },
  emit_invalid: {
    status: 400,
    means: 'The type or id of an emitted event, or the body that asks for it, has a wrong form.',
    fix: 'Correct what the detail names.',
  },
  event_ambiguous: {
    status: 409,
    means: 'Several sources have an event of this id.',
    fix: 'Name the source with `?source=`.',
  },
  event_expired: {
    status: 409,
    means: 'The run’s event is no longer kept.',
    fix: 'Have the sender send it again.',
  },
  event_not_found: {
    status: 404,
    means: 'There is no event of this id, or it is no longer kept.',
    fix: 'List the events.',
  },
  event_stripped: {
    status: 409,
    means: 'The event is kept without its payload, by `persistData: false`.',
    fix: 'Have the sender send it again.',
  },
  header_invalid: {
    status: 400,
    means: 'A header that the sender’s protocol asks for is missing or malformed.',
    fix: 'Send the header that the detail names.',
  },
  hub_unknown: {
    status: 404,
    means: 'The events are of a Web PubSub hub that no source takes.',
    fix: 'Name the hub in the source’s `hub`.',
  },
  id_missing: {
    status: 400,
    means: 'The event’s id is not where the source’s `idHeader` or `idPath` says.',
    fix: 'Correct the setting, or have the sender send the id.',
  },
  idempotency_key_invalid: {
    status: 400,
    means: '`Idempotency-Key` is empty or too long.',
    fix: 'Send one that the detail allows, or none.',
  },
  key_required: {
    status: 401,
    means: 'The request comes from elsewhere than this machine, and has no key.',
    fix: 'Start the host with `--enableAuth`, and send a key that it prints as `x-functions-key`.',
  },
  length_required: {
    status: 411,
    means: 'The body came in chunks, which the Functions host hands over as an empty one.',
    fix: 'Send the body with a Content-Length, or set `HEDDLE_HTTP_STREAM` to `on`.',
  },
  media_type_unsupported: {
    status: 415,
    means: 'The content type is not one that this endpoint takes.',
    fix: 'Send the content type that the detail names.',
  },
  message_too_large: {
    status: 413,
    means: 'The event does not fit into a message of the queue.',
    fix: 'Send less, or a reference to what is large.',
  },
  method_not_allowed: {
    status: 405,
    means: 'The endpoint in code takes another method.',
    fix: 'Send the method that its `endpoint.method` says.',
  },
  nothing_to_resubmit: {
    status: 409,
    means: 'The dead letter failed no run that could be started again.',
    fix: 'Do what the detail says.',
  },
  origin_invalid: {
    status: 400,
    means: 'The CloudEvents handshake names no origin, or not one that is allowed.',
    fix: 'Send `WebHook-Request-Origin`, and allow it in the source.',
  },
  payload_malformed: {
    status: 400,
    means: 'The payload is not what its content type says: no JSON, no UTF-8, or nested too deep.',
    fix: 'Send a well-formed payload.',
  },
  query_invalid: {
    status: 400,
    means: 'A query parameter is unknown or has no sense.',
    fix: 'Use the parameters that the detail lists.',
  },
  rate_limited: {
    status: 429,
    means: 'The source’s `rateLimit` is used up.',
    fix: 'Send it again after `Retry-After`.',
  },
  replay_done: {
    status: 409,
    means: 'The replay is done, and can be neither aborted nor resumed.',
    fix: 'Begin another one.',
  },
  replay_not_found: {
    status: 404,
    means: 'There is no such replay, or it is no longer kept.',
    fix: 'List the replays.',
  },
  run_not_ended: {
    status: 409,
    means: 'A run that has not ended cannot be replayed.',
    fix: 'Wait for its end, or cancel it.',
  },
  run_not_found: {
    status: 404,
    means: 'There is no such run, or it is no longer kept.',
    fix: 'List the runs.',
  },
  schedule_invalid: {
    status: 400,
    means: 'The schedule cannot be: the expression, time zone or times have no sense together.',
    fix: 'Correct what the detail names.',
  },
  schedule_unknown: {
    status: 404,
    means: 'No trigger of this name has a schedule or a poller.',
    fix: 'List the schedules.',
  },
  schema_mismatch: {
    status: 422,
    means: 'The payload does not fit the schema of the source, event or trigger.',
    fix: 'Send what the paths in the detail ask for.',
  },
  sender_not_allowed: {
    status: 403,
    means: 'The sender proved who it is, and is not one that the source allows.',
    fix: 'Add it to the source’s list.',
  },
  signature_invalid: {
    status: 401,
    means: 'The signature, token or key is missing or wrong. Which, a forger does not learn.',
    fix: 'Compare the sender’s secret with the source’s app setting, and the clocks.',
  },
  source_disabled: {
    status: 404,
    means: 'The source says `enabled: false`.',
    fix: 'Enable it, or take the webhook out at the sender.',
  },
  source_gone: {
    status: 410,
    means: 'The source says `enabled: false`, and that its senders should give up.',
    fix: 'Enable it, or take the webhook out at the sender.',
  },
  source_unknown: {
    status: 404,
    means: 'No source has this kind and name.',
    fix: 'Correct the path, or define the source.',
  },
  trigger_disabled: {
    status: 409,
    means: 'The trigger says `enabled: false`.',
    fix: 'Enable it.',
  },
  trigger_in_error: {
    status: 409,
    means: 'The trigger’s matching failed too often.',
    fix: 'See why at the trigger, mend it, and resume it.',
  },
  trigger_missing: {
    status: 409,
    means: 'The trigger of the run is no longer there.',
    fix: 'Replay it with `uses=original`, or define the trigger again.',
  },
  trigger_not_found: {
    status: 404,
    means: 'There is no trigger of this name.',
    fix: 'Correct the name: the detail may have a near one.',
  },
  trigger_not_manual: {
    status: 409,
    means: 'Only a trigger with `source: manual` can be executed.',
    fix: 'Execute a manual one, or send the event that this one takes.',
  },
  trigger_paused: {
    status: 409,
    means: 'A poll was asked for, and its trigger is paused.',
    fix: 'Resume the trigger.',
  },
  trigger_unmatched: {
    status: 409,
    means: 'The manual trigger’s own conditions keep it from running with this data.',
    fix: 'Send data that meets the clause in the detail.',
  },
  version_unknown: {
    status: 409,
    means: 'How the trigger was when the run was made is not kept.',
    fix: 'Replay it with `uses=present`.',
  },
} as const satisfies Readonly<Record<string, RejectedEntry>>;
