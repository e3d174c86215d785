import { createHmac } from 'node:crypto';
import { Actor, defineActors } from '../../shared/heddle/actors/actor.ts';
import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import type { RequestParts } from './sources.ts';

class Echo extends Actor {
  execute({ _trigger_event: _about, ...input }: JsonObject) {
    return input;
  }
}

/** An actor whose output is its input. */
export const echoing = defineActors({ echo: Echo });

export const SHOP_SECRET = 'a secret that is long enough';

/** An order as the shop sends it. */
export const ORDER = JSON.stringify({ order: 'A-7', cents: 1250 });

export const shopSignature = {
  type: 'signature',
  secret: SHOP_SECRET,
  header: 'x-signature',
} as const;

export function signOrder(body: string, secret = SHOP_SECRET): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** A request of the shop, which sends JSON. */
export function orderRequest(
  headers: Readonly<Record<string, string>> = {},
  body = ORDER,
): RequestParts {
  return { headers: { 'content-type': 'application/json', ...headers }, body };
}
