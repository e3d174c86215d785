import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';
import { openWebPage } from '../helpers/web-page.ts';

const TOKEN = 's3cr3t-token-of-the-page';

/** Starts a service that echoes the request, as some do for debugging. */
async function openEcho() {
  let count = 0;
  return openWebPage(({ headers }, response) => {
    count += 1;
    response.end(JSON.stringify({ count, all: headers.authorization, token: TOKEN }));
  });
}

it('the header of a poll that is in an app setting is sent, and neither shown, logged nor kept', async () => {
  await using page = Object.assign(await openEcho(), {
    [Symbol.asyncDispose]: () => page.close(),
  });
  const triggers = `triggers:
  - name: prices
    source: poll
    poll:
      poller: http-change
      interval: 1s
      with: { url: "${page.url}", includeBody: true, headerSettings: { Authorization: PAGE_TOKEN } }
    actor: log
`;
  const env = {
    ...{ HEDDLE_HTTP_ALLOW: '127.0.0.1', HEDDLE_LOG_LEVEL: 'debug' },
    PAGE_TOKEN: `Bearer ${TOKEN}`,
  };
  const prepared = prepareHeddle({ triggers, env });
  const host = await HeddleHost.start(prepared);
  const isDone = async () => (await host.runs()).some(({ status }) => status === 'succeeded');
  await expect.poll(isDone, { timeout: 60_000 }).toBe(true);
  expect(page.requests.at(-1)?.headers.authorization).toBe(`Bearer ${TOKEN}`);

  const shown = await Promise.all(
    ['triggers/prices', 'schedules/prices', 'runs', 'events'].map(async (path) =>
      (await fetch(`${host.process.url}/api/v1/${path}`)).text(),
    ),
  );
  expect(shown[0]).toContain('PAGE_TOKEN');
  const { output } = await host.process.stop();
  const kept = readdirSync(prepared.dataDir).map((file) =>
    readFileSync(join(prepared.dataDir, file), 'utf8'),
  );
  expect(kept.join()).toContain('headerSettings');
  for (const text of [...shown, output, ...kept]) expect(text).not.toContain(TOKEN);
});
