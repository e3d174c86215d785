import type { ErrorCodeEntry } from './error-code.ts';

/** Codes of `TerminalError`, and of runs that fail without one: trying again cannot help. */
export const TERMINAL = {
  actor_missing: {
    means: 'No actor has the name that the trigger says.',
    fix: 'Add the actor, or correct `actor`.',
  },
  address_forbidden: {
    means: 'The URL leads to this machine, its network or its cloud’s metadata.',
    fix: 'Allow the host or range in `HEDDLE_HTTP_ALLOW` if that is meant.',
  },
  body_too_large: {
    means: 'What was sent, emitted or answered is larger than the limit in the message.',
    fix: 'Send less, or a reference to what is large.',
  },
  deliveries_exhausted: {
    means: 'The process ended, or could not record the run, at every delivery of its message.',
    fix: 'See the log for what ended it, then resubmit the dead letter.',
  },
  emit_limit: {
    means: 'An attempt emitted more events than it may.',
    fix: 'Emit one event with a list, or let several runs emit.',
  },
  http_status: {
    means: 'The answer’s status says that the same request will be refused again.',
    fix: 'Correct the request.',
  },
  input_invalid: {
    means: 'The input does not fit the actor’s schema.',
    fix: 'Correct the mapping, or the schema, at the paths in the message.',
  },
  message_invalid: {
    means: 'A message of the queue is none that Heddle wrote.',
    fix: 'See who else sends to the queue.',
  },
  message_too_large: {
    means: 'The message does not fit into the queue.',
    fix: 'Send less, or a reference to what is large.',
  },
  next_repeated: {
    means: 'A hook called `next` twice.',
    fix: 'Call it once: an attempt runs its actor once.',
  },
  not_replayable: {
    means: 'A hook invoked an actor that must not be replayed, in a replay.',
    fix: 'Ask `triggerContext.isReplay` before it is invoked.',
  },
  path_invalid: {
    means: 'A JSONPath of `inputMapping` cannot be followed in this event.',
    fix: 'Correct the path in the message.',
  },
  poller_missing: {
    means: 'No poller has the name that the trigger says.',
    fix: 'Add the poller, or correct `poll.poller`.',
  },
  process_died: {
    means:
      'The process died, or was blocked for too long, each time that nothing but this run was in it.',
    fix: 'See the log for what ended it, correct the actor, then resubmit the dead letter.',
  },
  probe_not_configured: {
    means: 'The poller watches a service for which no connection is configured.',
    fix: 'Set the connection that the message names.',
  },
  probe_refused: {
    means: 'The queue or container is not there, or its name cannot be.',
    fix: 'Correct the name, or create it.',
  },
  request_invalid: {
    means: 'The HTTP request cannot be sent: its URL, method or a header cannot be.',
    fix: 'Correct what the message names.',
  },
  schedule_invalid: {
    means: 'The schedule cannot be.',
    fix: 'Correct what the message names.',
  },
  sealed_unreadable: {
    means: 'A sealed text cannot be opened: its key has changed, or it is no sealed text.',
    fix: 'Keep the signing secret while runs need what was sealed with it.',
  },
  sink_not_configured: {
    means: 'The actor sends to a service, or with a secret, for which nothing is configured.',
    fix: 'Set the app setting that the message names.',
  },
  sink_refused: {
    means: 'The service that a built-in actor sends to refuses for good.',
    fix: 'Correct the name, the message or the role assignment, as the message says.',
  },
  template_invalid: {
    means: 'A template cannot be rendered for this event.',
    fix: 'Correct the template in the message.',
  },
  terminal: {
    means: 'An actor ended its run, and gave no code of its own.',
    fix: 'Read the message.',
  },
  too_many_blobs: {
    means: 'The container has more blobs than one poll looks at.',
    fix: 'Watch a prefix.',
  },
  transform_invalid: {
    means: 'The `transform` in code returned something else than an object.',
    fix: 'Return a JSON object.',
  },
  trigger_missing: {
    means: 'The run’s trigger, or its event, is no longer there.',
    fix: 'Define the trigger again, or replay the run with `uses=original`.',
  },
} as const satisfies Readonly<Record<string, ErrorCodeEntry>>;
