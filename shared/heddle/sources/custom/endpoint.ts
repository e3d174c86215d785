import type { z } from 'zod';
import type { RawJson } from '../../domain/code-event.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Secret } from '../../domain/secret.ts';

/** An event as the endpoint's functions see it. */
export interface EndpointEvent<Data> extends RawJson {
  readonly id: string;
  readonly type: string;
  /**
   * Output of the schema; without a schema, the payload. A number that no double holds is the text of
   * its digits.
   */
  readonly data: Data;
}

/** Code of one custom source. Every part is optional, and all but the schema may be async. */
export interface Endpoint<Schema extends z.ZodType = z.ZodType> {
  /** The last part of its route. Absent: the source's name. */
  readonly route?: string;
  /** The only method that is accepted; others are answered 405. Absent: POST and PUT. */
  readonly method?: string;
  /** A payload that does not fit is answered 422. A text is `{ text }`, bytes are `{ base64 }`. */
  readonly schema?: Schema;
  /**
   * Authenticates the sender: instead of another proof with auth kind `custom`, and in addition
   * with any other kind. Any result but `true`, errors included, is answered 401. Compare with
   * `timingSafeEqual`.
   * @param payload the exact bytes that were sent
   * @param secrets the source's secrets that are set
   */
  verifySignature?(
    payload: Buffer,
    headers: Pick<Headers, 'get'>,
    secrets: readonly Secret[],
  ): boolean | Promise<boolean>;
  /** False: the event is answered 202 and dropped. It sees what was sent, as the schema does. */
  filter?(event: EndpointEvent<z.output<Schema>>): boolean | Promise<boolean>;
  /**
   * Returns the object that replaces the payload; JSON must be able to represent it. Values that the
   * source's `redact` names are `[redacted]` in what it is given, and in what it returns.
   */
  transform?(event: EndpointEvent<z.output<Schema>>): object | Promise<object>;
}

/**
 * Defines code for a custom source, which `defineApp` takes under `endpoints` by the source's name
 * in the triggers file. The functions see the types of the schema.
 * @example
 * const orders = defineEndpoint({
 *   schema: z.object({ id: z.string(), total: z.coerce.number() }),
 *   filter: ({ data }) => data.total > 100,
 *   transform: ({ data }) => ({ order: data.id }),
 * });
 * export default defineApp({ endpoints: { orders } });
 */
export function defineEndpoint<Schema extends z.ZodType = z.ZodType<JsonObject>>(
  endpoint: Endpoint<Schema>,
): Endpoint {
  return endpoint as unknown as Endpoint;
}
