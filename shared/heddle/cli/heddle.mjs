#!/usr/bin/env node
// Runs the command line on a Node that runs TypeScript: this one, or else the one of the clone. Plain
// JavaScript, so that an older Node can read it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('main.ts', import.meta.url);

if (runsTypeScript(process.versions.node)) {
  await import(main.href);
} else {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const own = fileURLToPath(new URL(`../../../node_modules/node/bin/${name}`, import.meta.url));
  if (existsSync(own)) {
    const args = [fileURLToPath(main), ...process.argv.slice(2)];
    const { status } = spawnSync(own, args, { stdio: 'inherit' });
    process.exitCode = status ?? 1;
  } else {
    console.error(
      `Heddle needs Node 22.18 or later, and this is ${process.versions.node}: run npm install where you have cloned Heddle, which brings one.`,
    );
    process.exitCode = 1;
  }
}

function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}
