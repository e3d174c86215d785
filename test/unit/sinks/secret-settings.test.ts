import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../../shared/heddle/ports/http-client.ts';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';
import { readmeExample } from '../../helpers/readme-example.ts';

const DEPLOY_HOOK_URL = 'https://deploy.example/hooks/s3cr3t-of-the-path?key=s3cr3t-of-the-query';
const DEPLOY_AUTHORIZATION = 'Bearer s3cr3t-of-the-header';

async function open(http: (request: HttpRequest) => { status?: number; body?: string }) {
  const { triggers } = readmeExample('Secrets in URLs and headers');
  const settings = { DEPLOY_HOOK_URL, DEPLOY_AUTHORIZATION };
  return createTestApp({ triggers: triggers as readonly object[], settings, http });
}

describe('secrets that settings hold', () => {
  it('are sent, and are in no record, log or explanation', async () => {
    const requests: HttpRequest[] = [];
    await using app = await open((request) => {
      requests.push(request);
      return { body: `got ${request.url} ${Object.values(request.headers ?? {}).join()}` };
    });
    const { runs, events } = await app.emit('built', { commit: 'abc' });
    expect(requests).toMatchObject([
      { url: DEPLOY_HOOK_URL, headers: { Authorization: DEPLOY_AUTHORIZATION } },
    ]);
    expect(runs).toMatchObject([{ status: 'succeeded' }]);
    const kept = JSON.stringify([runs, events, app.logs, await app.explain()]);
    expect(kept).toContain('got ***');
    expect(kept).not.toContain('s3cr3t');
  });

  it('are not in the error of a run that fails', async () => {
    await using app = await open(() => ({ status: 404 }));
    const { runs } = await app.emit('built', { commit: 'abc' });
    expect(runs).toMatchObject([
      { status: 'failed', error: { message: 'deploy.example answered 404, expected 2xx' } },
    ]);
    expect(JSON.stringify([runs, app.logs])).not.toContain('s3cr3t');
  });

  it('are not sent where the event is the input, though its sender names one', async () => {
    const requests: HttpRequest[] = [];
    const triggers = [{ name: 'a', source: 'emit', actor: 'http' }];
    await using app = await createTestApp({
      ...{ triggers, settings: { DEPLOY_AUTHORIZATION } },
      http: (request) => {
        requests.push(request);
        return {};
      },
    });
    const data = { url: 'https://evil.example', headerSettings: { A: 'DEPLOY_AUTHORIZATION' } };
    const { runs } = await app.emit('built', data);
    expect(runs).toMatchObject([{ status: 'failed', error: { code: 'input_invalid' } }]);
    expect(requests).toEqual([]);
  });
});
