import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../infra/build.ts';
import { HeddleHost } from '../helpers/heddle-host.ts';
import { startHost } from '../helpers/local-host.ts';

/** An app with all that users can add, as files and as a bundle. */

const app = fileURLToPath(new URL('../fixtures/own-app', import.meta.url));
const SECRETS = { ZENDESK_SECRET: 'z-secret', ACME_SECRET: 'a-secret', SHOP_SECRET: 's-secret' };
const LATE = { timeout: 20_000 };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-own-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

interface Sent {
  readonly method?: string;
  readonly secret?: string;
  readonly body?: object;
}

describe.each(['files', 'a bundle'])('an app of %s', (form) => {
  let host: HeddleHost;

  beforeAll(async () => {
    const outDir = join(folder, 'bundle');
    if (form === 'a bundle') await build({ outDir, app });
    const env = {
      ...{ ...SECRETS, HEDDLE_DATA_DIR: join(folder, form) },
      HEDDLE_TRIGGERS_FILE: join(app, 'infra/triggers.yaml'),
    };
    host = new HeddleHost(await startHost({ app: form === 'files' ? app : outDir, env }));
  });
  afterAll(async () => void (await host.process.stop()));

  async function post(path: string, sent: Sent = {}): Promise<Response> {
    const { method = 'POST', secret = SECRETS.ZENDESK_SECRET, body = {} } = sent;
    const text = JSON.stringify(body);
    const time = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret).update(time).update(text).digest('base64');
    const headers = {
      ...{ 'content-type': 'application/json', 'x-shop': secret },
      ...{ 'x-zendesk-timestamp': time, 'x-zendesk-signature': signature },
    };
    const init = { method, headers, ...(method === 'GET' ? {} : { body: text }) };
    return fetch(`${host.process.url}/webhooks/${path}`, init);
  }

  const outputsOf = async (trigger: string) =>
    (await host.runs(`trigger=${trigger}&status=succeeded`)).map((run) =>
      'output' in run ? run.output : undefined,
    );

  it('takes webhooks of a kind of its own, whose trigger, hook and event are in code', async () => {
    const body = { id: 't-1', type: 'ticket', status: 'solved' };
    expect((await post('zendesk', { body })).status).toBe(202);
    expect((await post('Zendesk', { method: 'PUT', body })).status).toBe(202);
    await expect.poll(() => outputsOf('ticket-solved'), LATE).toEqual([{ closed: 't-1' }]);
    await expect.poll(() => outputsOf('closed'), LATE).toEqual([{ logged: 'ticket.closed' }]);
    const open = { id: 't-2', type: 'ticket', status: 'open' };
    expect((await post('zendesk', { body: open })).status).toBe(202);
    await expect
      .poll(() => host.events('source=zendesk&status=unmatched'), LATE)
      .toMatchObject([{ id: 't-2' }]);
    expect(await outputsOf('ticket-solved')).toHaveLength(1);
  });

  it('refuses what is forged, too', async () => {
    expect((await post('zendesk', { secret: 'wrong' })).status).toBe(401);
    expect((await post('zendesk/acme')).status).toBe(401);
  });

  it('tells the sources of the kind apart', async () => {
    const body = { id: 'a-1', type: 'any' };
    expect((await post('zendesk/acme', { secret: SECRETS.ACME_SECRET, body })).status).toBe(202);
    await expect.poll(() => outputsOf('acme-ticket'), LATE).toEqual([{ closed: 'a-1' }]);
    expect((await post('zendesk/nobody')).status).toBe(404);
  });

  it.each([
    ['nobody', 'POST'],
    ['nobody/at-all', 'POST'],
    ['zendesk', 'GET'],
    ['github', 'GET'],
    ['github', 'PUT'],
    ['custom', 'OPTIONS'],
  ])('answers 404 for %s with %s, as where no function is', async (path, method) => {
    expect((await post(path, { method })).status).toBe(404);
  });

  it('has code for its custom source', async () => {
    const secret = SECRETS.SHOP_SECRET;
    const body = { order: 'o-1', total: '120' };
    expect((await post('custom/shop', { secret, body })).status).toBe(202);
    expect((await post('custom/shop', { secret, body: { order: 1 } })).status).toBe(422);
    expect((await post('custom/shop', { secret: 'wrong', body })).status).toBe(401);
    await expect
      .poll(() => outputsOf('orders'), LATE)
      .toMatchObject([{ order: 'o-1', isLarge: true }]);
  });

  it('has pollers that were found', async () => {
    await expect.poll(() => outputsOf('ticks'), LATE).toMatchObject([{ tick: 1 }]);
  });
});
