import { READ_NAMES } from './shared-names.ts';

/**
 * The thread that watches, as text: a bundle has no file of its own for it. It writes to the
 * descriptor of standard error, as `console` of a thread needs the thread that is blocked.
 */
export const WATCHER = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const { cells, names, tickMs, limitMs } = workerData;
${READ_NAMES}
let seen = Atomics.load(cells, 0);
let ticks = 0;
setInterval(() => {
  const beats = Atomics.load(cells, 0);
  const isDebugged = Atomics.load(cells, 1) === 1;
  ticks = beats === seen && !isDebugged ? ticks + 1 : 0;
  seen = beats;
  if (ticks * tickMs < limitMs) return;
  const named = readNames(names).map((text) => '\\n  ' + text).join('') || ' nothing';
  try {
    writeSync(2, new Date().toISOString() + ' error The event loop has been blocked for ' +
      limitMs / 1000 + ' s (HEDDLE_BLOCKED_SECONDS): the process is ended, so that all else goes on. ' +
      'It was working on:' + named + '\\n');
  } catch {}
  process.kill(process.pid, 'SIGKILL');
}, tickMs);
`;
