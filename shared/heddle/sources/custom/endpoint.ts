import type { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';
import type { Secret } from '../../domain/secret.ts';

/** What an endpoint's functions see of an event. */
export interface EndpointEvent<Data> {
  readonly id: string;
  readonly type: string;
  /** What the schema makes of the payload; the payload itself where there is no schema. */
  readonly data: Data;
}

/** Code of one custom source. All of it is optional, and all but the schema may be async. */
export interface Endpoint<Schema extends z.ZodType = z.ZodType> {
  /** What does not fit is answered 422. A text comes as `{ text }`, bytes as `{ base64 }`. */
  readonly schema?: Schema;
  /**
   * Whether the sender is who it should be: in place of another proof with auth kind `custom`, and
   * beside it with any other kind. Anything but `true`, errors included, is answered 401. Compare
   * with `timingSafeEqual`.
   * @param payload the exact bytes that were sent
   * @param secrets those of the source that are set
   */
  verifySignature?(
    payload: Buffer,
    headers: Pick<Headers, 'get'>,
    secrets: readonly Secret[],
  ): boolean | Promise<boolean>;
  /** False: the event is answered 202 and not taken in. */
  filter?(event: EndpointEvent<z.output<Schema>>): boolean | Promise<boolean>;
  /** What the event carries in place of its payload: an object that JSON can say. */
  transform?(event: EndpointEvent<z.output<Schema>>): object | Promise<object>;
}

/**
 * Code for the custom source of the same name in the triggers file; the functions see the types of
 * the schema.
 * @example
 * export const endpoints = {
 *   orders: defineEndpoint({
 *     schema: z.object({ id: z.string(), total: z.coerce.number() }),
 *     filter: ({ data }) => data.total > 100,
 *     transform: ({ data }) => ({ order: data.id }),
 *   }),
 * };
 */
export function defineEndpoint<Schema extends z.ZodType = z.ZodType<JsonObject>>(
  endpoint: Endpoint<Schema>,
): Endpoint {
  return endpoint as unknown as Endpoint;
}
