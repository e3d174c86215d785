import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import { afterAll } from 'vitest';

/** The browser of the system: `apt-get install chromium`. */
export const chromiumPath = [
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find(existsSync);

/** Starts a real browser for which every name below `.example` is this machine. */
export async function startBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath ?? '',
    // The sandbox needs a user that is not root, which containers often do not have.
    args: ['--no-sandbox', '--host-resolver-rules=MAP *.example 127.0.0.1'],
  });
  afterAll(() => browser.close());
  return browser;
}

/** Serves an empty page under every name, on a port of its own. @returns the port */
export async function serveEmptyPage(): Promise<number> {
  const server = createServer((_, res) => {
    res.setHeader('content-type', 'text/html').end('<!doctype html><title>A page</title>');
  });
  server.listen(0, '127.0.0.1');
  afterAll(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}
