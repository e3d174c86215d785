import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  RejectedError,
  RetryableError,
} from '../../../shared/heddle/errors/errors.ts';
import { RefusalLog } from '../../../shared/heddle/pipeline/ingest/refusal-log.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';

const FORGED = new RejectedError('signature_invalid', 'text that came with the request');

function createSubject() {
  const logger = createRecordingLogger();
  let now = 1_000_000;
  const log = new RefusalLog({ now: () => now });
  return {
    lines: logger.lines,
    note: (source: string, error: unknown = FORGED) => log.note(logger, source, error),
    noteUnknown: (error: RejectedError) => log.noteUnknown(logger, error),
    advance: (ms: number) => {
      now += ms;
    },
  };
}

describe('the line of a refused request', () => {
  it('has its source, its code and its status, and nothing of what was sent', () => {
    const { note, lines } = createSubject();
    note('github');
    note('slack', new ConfigError('slack', ['no secret']));
    expect(lines).toEqual([
      'info A request is refused, github: signature_invalid {"status":401}',
      'info A request is refused, slack: config {}',
    ]);
  });

  it('names no path that has no source, since the path is of the sender', () => {
    const { noteUnknown, lines } = createSubject();
    const error = new RejectedError('source_unknown', 'There is no custom source "own words".');
    expect(noteUnknown(error)).toBe(error);
    expect(lines.join()).toContain('source_unknown');
    expect(lines.join()).not.toContain('own words');
  });

  it('is left to the answer where that is 503 or 500', () => {
    const { note, lines } = createSubject();
    note('github', new RetryableError('queue_behind', 'too far'));
    note('github', new Error('ours'));
    expect(lines).toEqual([]);
  });
});

describe('a flood of requests that are refused', () => {
  it('fills a few lines a minute for each source and code, and is counted', () => {
    const { note, lines, advance } = createSubject();
    for (let time = 0; time < 1000; time++) note('github');
    note('slack');
    expect(lines).toHaveLength(6);
    expect(lines[4]).toContain('more of this minute are counted only');
    advance(60_000);
    note('github');
    expect(lines.slice(6)).toEqual([
      'info 995 more were refused, github: signature_invalid {}',
      'info A request is refused, github: signature_invalid {"status":401}',
    ]);
  });
});
