// Runs before `npm start`, `npm test` and in azd's hooks, on the machine's own Node, so that a fresh
// clone needs no command before. Installs exactly package-lock.json; does nothing when that is
// installed. Two at once: the second waits for the first, because `npm ci` empties node_modules.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const installed = 'node_modules/.package-lock.json';
const folder = createHash('sha256').update(process.cwd()).digest('hex').slice(0, 16);
const lock = join(tmpdir(), `heddle-install-${folder}.pid`);
const WAIT_MS = 250;
/** An older lock is of a process that was killed, whose id another may have by now. */
const LONGEST_MS = 30 * 60_000;

if (!isCurrent()) {
  takeLock();
  try {
    if (!isCurrent()) install();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** As azd tells whether it must install. */
function isCurrent() {
  return (
    existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs
  );
}

function install() {
  console.log('Installing dependencies (npm ci) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  console.error('npm ci failed: fix what it says above, then run the same command again.');
  process.exitCode = status ?? 1;
}

/** Holds a file with this process's id, which is free again when that process has ended. */
function takeLock() {
  for (let waited = 0; !tryLock(); waited += WAIT_MS) {
    if (waited === 0) console.log('Waiting for another installation of this folder …');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
  }
}

function tryLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isHeld()) rmSync(lock, { force: true });
    return false;
  }
}

function isHeld() {
  try {
    if (Date.now() - statSync(lock).mtimeMs > LONGEST_MS) return false;
    const pid = Number(readFileSync(lock, 'utf8'));
    // Just made, and its process id is not written yet.
    if (pid === 0) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
