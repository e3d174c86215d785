import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '../helpers/all-endpoints.ts';
import { chromiumPath, serveEmptyPage, startBrowser } from '../helpers/browser.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

const TRIGGERS = 'triggers: [{ name: t, source: manual, actor: log }]\n';
const guarded = endpoints.filter(({ isOpen }) => !isOpen);
const title = chromiumPath === undefined ? ' (skipped: there is no chromium here)' : '';

/** What the functions below use of a browser: they run in the page. */
declare const document: {
  readonly body: { innerHTML: string };
  readonly forms: readonly { submit(): void }[];
};
declare const Image: new () => { src: string; onload: unknown; onerror: unknown };

interface Logged {
  readonly method: string;
  readonly path: string;
  readonly status: string;
}

describe.skipIf(chromiumPath === undefined)(`a page in a real browser${title}`, () => {
  let host: HeddleHost;
  let browser: Browser;
  let port: number;
  let base: string;

  beforeAll(async () => {
    const env = { AzureFunctionsJobHost__logging__logLevel__default: 'Debug' };
    host = await HeddleHost.start(prepareHeddle({ triggers: TRIGGERS, env }));
    base = host.process.url.replace('127.0.0.1', 'localhost');
    browser = await startBrowser();
    port = await serveEmptyPage();
  });
  afterAll(() => host.process.stop());

  async function open(url: string): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(url);
    return page;
  }

  /** The requests that the host has answered since a mark, from its log. */
  const logged = (mark: number): readonly Logged[] =>
    [
      ...host.process
        .output()
        .slice(mark)
        .matchAll(/debug +(\S+) (\S+) (\d{3}) [\d.]+ ms/g),
    ].map(([, method = '', path = '', status = '']) => ({ method, path, status }));

  const markLog = () => host.process.output().length;

  async function expectNothingDone() {
    expect(await host.get('api/v1/triggers/t')).toMatchObject({ status: 'active' });
    expect(await host.events()).toEqual([]);
  }

  it.each([
    ['of another site', 'attacker.example'],
    ['of another port of this machine', 'localhost'],
    ['of another name of this machine', '127.0.0.1'],
  ])('%s reaches nothing, whatever it sends', async (_, name) => {
    const page = await open(`http://${name}:${port}/`);
    const mark = markLog();
    const sent = await page.evaluate(attack, { base, endpoints: guarded });
    await expect.poll(() => logged(mark).length).toBeGreaterThanOrEqual(sent);
    const served = logged(mark).filter(({ method }) => method !== 'OPTIONS');
    expect(served.length).toBeGreaterThanOrEqual(guarded.length);
    for (const one of served) expect(one).toMatchObject({ status: '403' });
    for (const { method, path } of guarded) {
      expect(served).toContainEqual({ method, path, status: '403' });
    }
    await expectNothingDone();
    await page.close();
  });

  it('of another site cannot lead a person there either', async () => {
    const page = await open(`http://attacker.example:${port}/`);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().startsWith(base)),
      page.evaluate((url) => {
        document.body.innerHTML = `<form method="post" enctype="text/plain" action="${url}"></form>`;
        document.forms[0]?.submit();
      }, `${base}/api/v1/triggers/t/pause`),
    ]);
    expect(answer.status()).toBe(403);
    await expectNothingDone();
    await page.close();
  });

  it('whose name was made to resolve to this machine (DNS rebinding) is a stranger', async () => {
    const page = await open(`http://rebound.example:${new URL(base).port}/health`);
    const statuses = await page.evaluate(callAll, guarded);
    expect(new Set(statuses)).toEqual(new Set([401]));
    await expectNothingDone();
    await page.close();
  });

  it('of this host is let in', async () => {
    const page = await open(`${base}/health`);
    expect(await page.evaluate(() => fetch('/api/v1/triggers').then(({ status }) => status))).toBe(
      200,
    );
    const paused = await page.evaluate(() =>
      fetch('/api/v1/triggers/t/pause', { method: 'POST' }).then(({ status }) => status),
    );
    expect(paused).toBe(200);
    expect(await host.get('api/v1/triggers/t')).toMatchObject({ status: 'paused' });
    await page.close();
  });
});

interface Target {
  readonly method: string;
  readonly path: string;
}

/**
 * Runs in the page: sends what a page can send without being asked first, and what it would be asked
 * for. @returns the number of requests that need no permission of the host
 */
async function attack({ base, endpoints }: { base: string; endpoints: readonly Target[] }) {
  const silent = () => undefined;
  let sent = 0;
  for (const { method, path } of endpoints) {
    const url = base + path;
    const simple: RequestInit = { method, mode: 'no-cors', credentials: 'include' };
    const bodies = method === 'GET' ? [undefined] : [undefined, '{}', new URLSearchParams('a=1')];
    for (const body of bodies) {
      await fetch(url, { ...simple, ...(body === undefined ? {} : { body }) }).catch(silent);
      sent++;
    }
    await fetch(url, { method }).catch(silent);
    sent++;
    const headers = { 'content-type': 'application/json' };
    if (method !== 'GET') await fetch(url, { method, headers, body: '{}' }).catch(silent);
    else {
      await new Promise((resolve) => {
        const image = new Image();
        image.onload = image.onerror = resolve;
        image.src = url;
      });
      sent++;
    }
  }
  return sent;
}

/** Runs in the page: calls everything as its own. */
async function callAll(endpoints: readonly Target[]) {
  const statuses: number[] = [];
  for (const { method, path } of endpoints) {
    statuses.push((await fetch(path, { method })).status);
  }
  return statuses;
}
