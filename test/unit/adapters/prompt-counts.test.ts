import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPromptCounts } from '../../../shared/heddle/adapters/telemetry/prompt-counts.ts';

const FAILED = { trigger: 't', actor: 'a', outcome: 'failed' };

function createSubject() {
  const counted: string[] = [];
  const send = vi.fn(async () => {});
  const counts = createPromptCounts((metric) => void counted.push(metric), send);
  return { counts, counted, send };
}

describe('a count', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('of a failure is sent within five seconds, with all that came meanwhile', () => {
    const { counts, counted, send } = createSubject();
    counts.count('heddle.runs', 1, FAILED);
    vi.advanceTimersByTime(4000);
    counts.count('heddle.dead_letters', 1, { kind: 'run' });
    expect(send).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(send).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(60_000);
    expect(send).toHaveBeenCalledOnce();
    counts.count('heddle.dead_letters', 1, { kind: 'event' });
    vi.advanceTimersByTime(5000);
    expect(send).toHaveBeenCalledTimes(2);
    expect(counted).toEqual(['heddle.runs', 'heddle.dead_letters', 'heddle.dead_letters']);
  });

  it('of anything else waits for its turn', () => {
    const { counts, counted, send } = createSubject();
    counts.count('heddle.runs', 1, { ...FAILED, outcome: 'retried' });
    counts.count('heddle.events.received');
    counts.count('heddle.heartbeats');
    vi.advanceTimersByTime(60_000);
    expect(send).not.toHaveBeenCalled();
    expect(counted).toHaveLength(3);
  });

  it('is not sent after the end, which sends what is left', () => {
    const { counts, send } = createSubject();
    counts.count('heddle.dead_letters', 1, { kind: 'run' });
    counts.stop();
    vi.advanceTimersByTime(60_000);
    expect(send).not.toHaveBeenCalled();
  });
});
