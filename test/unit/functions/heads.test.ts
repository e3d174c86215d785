import { describe, expect, it } from 'vitest';
import { createHeadAnswer } from '../../../functions/heads.ts';
import type { RawHead } from '../../../functions/host-protocol.ts';
import type { App } from '../../../shared/heddle/composition/open-app.ts';
import { RejectedError } from '../../../shared/heddle/errors/errors.ts';
import { silent } from '../../helpers/world.ts';

/** An app that knows one source of 10 bytes, and takes 20 at its API. */
function createSubject() {
  const asked: string[] = [];
  const check = (what: string, headers: { get(name: string): string | null }, limit: number) => {
    asked.push(what);
    if (Number(headers.get('Content-Length')) <= limit) return;
    throw new RejectedError('body_too_large', `The body is larger than ${limit} bytes.`);
  };
  const app = {
    logger: silent,
    ownKinds: [{ kind: 'zendesk', methods: ['POST'] }],
    checkWebhook: (kind, name, { headers }) => check(`${kind}/${name}`, headers, 10),
    checkHead: (name, { headers }) => check(name, headers, 20),
  } as Partial<App> as App;
  const kinds = new Map([
    ['webhooks-github', 'github'],
    ['webhooks-own', undefined],
  ]);
  return { asked, answer: createHeadAnswer(() => app, kinds) };
}

const head = (length: number, params: RawHead['params'] = {}): RawHead => ({
  ...{ method: 'POST', query: {}, params },
  headers: { 'content-length': String(length) },
});

describe('the head of a request', () => {
  it('that may go on is answered by nothing', () => {
    const { asked, answer } = createSubject();
    expect(answer('webhooks-github', head(10, { name: 'acme' }))).toBeUndefined();
    expect(answer('webhooks-own', head(10, { kind: 'ZenDesk' }))).toBeUndefined();
    expect(answer('api-emit', head(20))).toBeUndefined();
    expect(answer('function-of-another', head(1000))).toBeUndefined();
    expect(asked).toEqual(['github/acme', 'zendesk/undefined', 'api-emit']);
  });

  it.each([
    ['webhooks-github', head(11), 413, 'body_too_large'],
    ['webhooks-own', head(11, { kind: 'zendesk' }), 413, 'body_too_large'],
    ['webhooks-own', head(1, { kind: 'nobody' }), 404, 'source_unknown'],
    ['webhooks-own', { ...head(1, { kind: 'zendesk' }), method: 'PUT' }, 404, 'source_unknown'],
    ['api-emit', head(21), 413, 'body_too_large'],
  ])('of %s is answered with its problem', (name, given, status, code) => {
    const { answer } = createSubject();
    const answered = answer(name, given);
    expect(answered?.status).toBe(status);
    expect(JSON.parse(answered?.body ?? '')).toMatchObject({ status, code });
  });
});
