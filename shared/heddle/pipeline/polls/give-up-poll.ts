import type { PollMessage } from '../../domain/message.ts';
import type { GivenUp } from '../completion/index.ts';
import type { Engine } from '../engine/index.ts';

/** Leaves a poll out. No dead letter is kept: the next poll looks at the same. */
export async function giveUpPoll(
  { logger }: Pick<Engine, 'logger'>,
  { trigger }: PollMessage,
  { reason }: GivenUp,
): Promise<void> {
  logger.warn(`A poll of ${trigger} is left out: ${reason}`);
}
