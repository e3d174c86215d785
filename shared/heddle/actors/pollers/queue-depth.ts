import { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';
import { fire, type PollContext, Poller, type PollResult, skip } from '../poller.ts';
import { ENTITY_NAME } from '../sinks/service-bus.ts';
import { QUEUE_NAME } from '../sinks/storage-queue.ts';
import { toKnown } from './known-state.ts';

/** Service Bus messages are counted by reading them: up to this, or up to the threshold. */
const COUNTED = 100;
const MAX_PEEKED = 1000;

const OptionsSchema = z
  .strictObject({
    queue: z
      .string()
      .regex(QUEUE_NAME, 'expected 3 to 63 lower-case letters, digits and single hyphens')
      .optional(),
    serviceBus: z
      .string()
      .regex(ENTITY_NAME, 'expected the name of a Service Bus queue')
      .optional(),
    threshold: z.int().min(0, 'expected at least 0').default(10),
    repeat: z.boolean().default(true),
  })
  .refine(
    ({ queue, serviceBus }) => (queue === undefined) !== (serviceBus === undefined),
    'expected either queue (of storage) or serviceBus',
  )
  .refine(({ serviceBus, threshold }) => !serviceBus || threshold < MAX_PEEKED, {
    path: ['threshold'],
    error: `expected less than ${MAX_PEEKED} for Service Bus, whose messages are counted by reading them`,
  });
type Options = z.infer<typeof OptionsSchema>;

interface State extends JsonObject {
  readonly of: string;
  readonly isAbove: boolean;
}

/**
 * `queue-depth`: fires when a queue has more messages than the threshold: at each poll, or with
 * `repeat: false` once until the depth has gone down again.
 *
 * The depth of a storage queue is approximate and includes hidden messages. For Service Bus,
 * messages that wait or are locked count, scheduled ones do not. There `depth` is exact up to 100
 * or the threshold, and `isMore` says that there are, or may be, more.
 *
 * Fires with `queue`, `depth`, `threshold`.
 *
 * @example
 * poll:
 *   poller: queue-depth
 *   interval: 30s
 *   with: { queue: thumbnails, threshold: 100 }
 */
export class QueueDepthPoller extends Poller {
  override readonly name = 'queue-depth';
  override readonly pollInterval = '30s';

  static parseOptions(given: JsonObject): JsonObject {
    return OptionsSchema.parse(given) as JsonObject;
  }

  override async poll(context: PollContext): Promise<PollResult> {
    const { queue, serviceBus, threshold, repeat } = context.options as Options;
    const of = queue === undefined ? `queue-depth:bus:${serviceBus}` : `queue-depth:${queue}`;
    const { depth, isMore } = await count(context);
    const isAbove = depth > threshold;
    const state: State = { of, isAbove };
    const wasAbove = toKnown<State>(context.state, of)?.isAbove ?? false;
    if (!isAbove || (wasAbove && !repeat)) return skip({ state });
    const found = { queue: queue ?? serviceBus ?? '', depth, threshold };
    return fire({ ...found, ...(isMore ? { isMore } : {}) }, { state });
  }
}

async function count({ options, probes, signal }: PollContext) {
  const { queue, serviceBus = '', threshold } = options as Options;
  if (queue !== undefined) {
    return { depth: await probes.storageQueueDepth(queue, signal), isMore: false };
  }
  const max = Math.max(threshold + 1, COUNTED);
  const depth = await probes.serviceBusDepth(serviceBus, { max, signal });
  return { depth, isMore: depth >= max };
}
