import { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';
import { InvariantError } from '../../errors/errors.ts';
import type { DepthTarget } from '../../ports/probes.ts';
import {
  fireEach,
  type PollContext,
  Poller,
  type PollerClass,
  type PollResult,
  skip,
} from '../poller.ts';
import { toKnown } from './known-state.ts';

/** Messages that are counted by reading them: up to this, or up to the threshold. */
const COUNTED = 100;

interface Options {
  readonly threshold: number;
  readonly repeat: boolean;
}

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
export function createQueueDepthPoller(targets: readonly DepthTarget[]): PollerClass {
  const schema = createOptionsSchema(targets);
  return class QueueDepthPoller extends Poller {
    override readonly name = 'queue-depth';
    override readonly pollInterval = '30s';

    static parseOptions(given: JsonObject): JsonObject {
      return schema.parse(given) as JsonObject;
    }

    override async poll(context: PollContext): Promise<PollResult> {
      const { threshold, repeat } = context.options as unknown as Options;
      const { target, queue } = findTarget(targets, context.options);
      const of = `queue-depth:${target.stateKey}${queue}`;
      const { depth, isMore } = await count(context, { target, queue, threshold });
      const isAbove = depth > threshold;
      const state: State = { of, isAbove };
      const wasAbove = toKnown<State>(context.state, of)?.isAbove ?? false;
      if (!isAbove || (wasAbove && !repeat)) return skip({ state });
      const found = { queue, depth, threshold, ...(isMore ? { isMore } : {}) };
      return fireEach([{ type: 'queue_depth', context: found }], { state });
    }
  };
}

function createOptionsSchema(targets: readonly DepthTarget[]): z.ZodType {
  const names = targets.map(({ option, pattern, expected }) => [
    option,
    z.string().regex(pattern, `expected ${expected}`).optional(),
  ]);
  const labels = targets.map(({ option, label = option }) => label);
  return z
    .strictObject({
      ...(Object.fromEntries(names) as Record<string, z.ZodOptional<z.ZodString>>),
      threshold: z.int().min(0, 'expected at least 0').default(10),
      repeat: z.boolean().default(true),
    })
    .refine(
      (given) => toGiven(targets, given).length === 1,
      `expected either ${labels.join(' or ')}`,
    )
    .superRefine((given, context) => {
      const { title, maxCounted = Infinity } = toGiven(targets, given)[0] ?? {};
      if (Number(given.threshold) < maxCounted) return;
      const message = `expected less than ${maxCounted} for ${title}, whose messages are counted by reading them`;
      context.addIssue({ code: 'custom', path: ['threshold'], message });
    });
}

function toGiven(targets: readonly DepthTarget[], options: object): readonly DepthTarget[] {
  return targets.filter(({ option }) => Reflect.get(options, option) !== undefined);
}

function findTarget(targets: readonly DepthTarget[], options: JsonObject) {
  const [target] = toGiven(targets, options);
  if (!target) throw new InvariantError('queue-depth has options that name no queue');
  return { target, queue: String(options[target.option]) };
}

interface Counted {
  readonly target: DepthTarget;
  readonly queue: string;
  readonly threshold: number;
}

async function count({ probes, signal }: PollContext, { target, queue, threshold }: Counted) {
  const max = Math.max(threshold + 1, COUNTED);
  const depth = await probes.depth(target.connector, queue, { max, signal });
  return { depth, isMore: target.maxCounted !== undefined && depth >= max };
}
