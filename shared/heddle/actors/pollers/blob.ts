import { z } from 'zod';
import type { Json, JsonObject } from '../../domain/json.ts';
import {
  fireEach,
  type PollContext,
  type PolledEvent,
  Poller,
  type PollResult,
} from '../poller.ts';
import {
  BLOB_EVENTS,
  type BlobChange,
  compare,
  createIgnore,
  unpackSnapshot,
} from './blob-snapshot.ts';
import { toKnown } from './known-state.ts';

const CONTAINER = /^(?:(?=.{3,63}$)[a-z\d]+(?:-[a-z\d]+)*|\$(?:web|root|logs))$/;
/** The next poll finds the changes beyond this number. */
const MAX_EVENTS = 1000;

const OptionsSchema = z.strictObject({
  container: z
    .string('expected the name of a blob container')
    .regex(CONTAINER, 'expected 3 to 63 lower-case letters, digits and single hyphens'),
  prefix: z.string().max(1024, 'expected at most 1024 characters').default(''),
  events: z
    .array(z.enum(BLOB_EVENTS, `expected ${BLOB_EVENTS.join(', ')}`))
    .min(1, 'expected at least one event')
    .default([...BLOB_EVENTS]),
  ignorePatterns: z
    .array(z.string().min(1).max(1024).superRefine(checkPattern))
    .max(100)
    .default([]),
  initial: z.enum(['ignore', 'created'], 'expected ignore or created').default('ignore'),
});
type Options = z.infer<typeof OptionsSchema>;

function checkPattern(pattern: string, context: z.RefinementCtx): void {
  try {
    createIgnore([pattern]);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
}

interface State extends JsonObject {
  readonly of: string;
  readonly blobs: readonly Json[];
}

/**
 * `blob`: lists the blobs of a container in the account of AzureWebJobsStorage, and fires
 * `created`, `modified` and `deleted` for each difference from the listing before. Meant for
 * accounts without Event Grid: a blob created and deleted between two polls is not seen.
 *
 * The first poll takes the blobs it finds as known, unless `initial: created`. `ignorePatterns` are
 * globs over the whole name, or over its last part where they have no slash. One request lists 5000
 * blobs: give the poll a `timeout` that fits. One poll fires at most 1000 events; the next finds
 * the rest. Up to 500,000 blobs.
 *
 * Fires with `container`, `name`, `event`, `etag`, `size`, `modifiedAt` and `url`. For a deleted
 * blob, `etag` is its last one, and `size` and `modifiedAt` are absent.
 *
 * @example
 * poll:
 *   poller: blob
 *   interval: 1m
 *   with: { container: uploads, prefix: invoices/, events: [created] }
 */
export class BlobPoller extends Poller {
  override readonly name = 'blob';

  static parseOptions(given: JsonObject): JsonObject {
    return OptionsSchema.parse(given) as JsonObject;
  }

  override async poll({ options, state, probes, signal }: PollContext): Promise<PollResult> {
    const { container, prefix, events, ignorePatterns, initial } = options as Options;
    const of = `blob:${container}/${prefix}`;
    const before = toKnown<State>(state, of)?.blobs ?? (initial === 'created' ? [] : undefined);
    const { changes, containerUrl, packed } = await compare({
      pages: probes.listBlobs(container, { prefix, signal }),
      known: before && unpackSnapshot(before),
      isIgnored: createIgnore(ignorePatterns),
      isWanted: (event) => events.includes(event),
      max: MAX_EVENTS,
    });
    const kept = { state: { of, blobs: packed } };
    return fireEach(
      changes.map((change) => toEvent(change, container, containerUrl)),
      kept,
    );
  }
}

function toEvent(change: BlobChange, container: string, containerUrl: string): PolledEvent {
  const { event } = change;
  const name = event === 'deleted' ? change.name : change.blob.name;
  const url = `${containerUrl}/${name.split('/').map(encodeURIComponent).join('/')}`;
  if (event === 'deleted') {
    return {
      event,
      type: `blob_${event}`,
      context: { container, name, event, etag: change.etag, url },
    };
  }
  const { etag, size, modifiedAt } = change.blob;
  return {
    ...{ event, type: `blob_${event}`, time: modifiedAt },
    context: { container, name, event, etag, size, modifiedAt, url },
  };
}
