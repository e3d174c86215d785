import { setTimeout as wait } from 'node:timers/promises';
import { INNOCENTS, type Kind, SHARES } from './kinds.ts';
import type { Random } from './random.ts';
import type { Sender } from './sender.ts';

export interface LoadOptions {
  readonly random: Random;
  readonly loadMs: number;
  readonly perSecond: number;
  /** Sent once each, at random times among the innocent ones. */
  readonly killers: readonly Kind[];
}

/** Sends at the rate, whatever becomes of the deliveries. */
export async function sendAll(
  sender: Sender,
  { random, loadMs, perSecond, killers: kinds }: LoadOptions,
): Promise<void> {
  const total = Math.round((loadMs / 1000) * perSecond);
  const begun = performance.now();
  const killers = new Map(
    kinds.map((kind) => [Math.floor(random.between(0.1, 0.6) * total), kind]),
  );
  for (let number = 0; number < total; number++) {
    const late = begun + (number * 1000) / perSecond - performance.now();
    if (late > 0) await wait(late);
    sender.send(killers.get(number) ?? draw(random));
  }
}

function draw(random: Random) {
  let left = random.next();
  const index = SHARES.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return INNOCENTS.at(index) ?? random.pick(INNOCENTS);
}
