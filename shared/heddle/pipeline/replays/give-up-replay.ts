import type { ReplayMessage } from '../../domain/message.ts';
import { stopReplay } from '../../domain/replay-job.ts';
import { type GivenUp, keepDeadLetter } from '../completion/index.ts';
import { type Engine, type Sending, type Storing, toTimestamp } from '../engine/index.ts';
import { changeJob, sendTurn } from './replay-jobs.ts';

/** Stops a replay whose turn is given up: it stops until it is resumed. */
export async function giveUpReplay(
  engine: Storing & Sending & Pick<Engine, 'logger' | 'retentionDays' | 'telemetry'>,
  { replayId, turn }: ReplayMessage,
  givenUp: GivenUp,
): Promise<void> {
  const now = toTimestamp(engine.clock);
  const { reason } = givenUp;
  const job = await changeJob(engine, replayId, (found) =>
    found.status === 'running' && found.turn === turn ? stopReplay(found, now, reason) : undefined,
  );
  // The job is at another turn, whose message may not have been sent.
  if (job?.status === 'running') await sendTurn(engine, job);
  await keepDeadLetter(engine, givenUp, { kind: 'replay', runIds: [], replayId });
}
