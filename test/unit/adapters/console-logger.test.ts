import { expect, it, onTestFinished } from 'vitest';
import { createConsoleLogger } from '../../../shared/heddle/adapters/console-logger.ts';

/** What is written to standard output. */
function record(): string[] {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  onTestFinished(() => {
    console.log = log;
  });
  return lines;
}

it('writes one entry so that nothing in it passes for another, or is obeyed by a terminal', () => {
  const lines = record();
  const logger = createConsoleLogger('info', (text) => text);
  logger.info('failed: no\n    at work\n2026-01-01 error forged', { type: 'a\u001b[2Jb\r\nc' });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^\S+Z info failed: no\n {4}at work\n {4}2026-01-01 error forged type=a \[2Jb \n {4}c$/,
  );
});

it('writes nothing below its level', () => {
  const lines = record();
  createConsoleLogger('info', (text) => text).debug('more');
  createConsoleLogger('debug', (text) => text).debug('more');
  expect(lines).toEqual([expect.stringMatching(/debug more$/)]);
});
