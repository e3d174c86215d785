import { randomUUID } from 'node:crypto';

/** A request as the sender would make it. */
export interface SampleRequest {
  /** Path on the host: `webhooks/github`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A payload to send instead of the example, or a function that changes the example's. */
export type SamplePayload = object | ((example: never) => object);

/** Makes samples repeatable, and sends other payloads under the same signature. */
export interface SampleOptions {
  /** Unix milliseconds; default: the present. */
  readonly now?: () => number;
  /** Creates a UUID; default: a random one. */
  readonly createId?: () => string;
  /** The body's JSON; without it, the example. A payload of its own needs no example. */
  readonly payload?: SamplePayload | undefined;
}

/** {@link SampleOptions} with their defaults. */
export interface SampleTools {
  readonly now: () => number;
  readonly createId: () => string;
  /** True: the payload is given, so that its type needs no example. */
  readonly hasPayload: boolean;
  /** The payload to send. */
  toPayload(createExample: () => object): object;
}

export function toSampleTools({
  now = Date.now,
  createId = randomUUID,
  payload,
}: SampleOptions = {}): SampleTools {
  return {
    ...{ now, createId, hasPayload: typeof payload === 'object' },
    toPayload(createExample) {
      if (payload === undefined) return createExample();
      return typeof payload === 'function' ? payload(createExample() as never) : payload;
    },
  };
}
