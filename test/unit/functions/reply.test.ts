import { describe, expect, it } from 'vitest';
import { toAnswer, toJsonAnswer, toProblem } from '../../../functions/reply.ts';
import {
  ConfigError,
  ConflictError,
  InvariantError,
  RejectedError,
  RetryableError,
  TerminalError,
} from '../../../shared/heddle/errors/errors.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';

async function answer(error: unknown) {
  const logger = createRecordingLogger();
  const { status, headers, body: text } = toProblem(error, logger);
  const body = JSON.parse(text) as Record<string, unknown>;
  return { status, headers: new Headers(headers), body, log: logger.lines.join('\n') };
}

const INSIDE = 'what only the operator may know';

describe('a problem', () => {
  it('is problem details, whatever was thrown', async () => {
    for (const thrown of [
      new RejectedError('c', 'm', { status: 400 }),
      new Error('x'),
      'text',
      undefined,
    ]) {
      const { status, headers, body } = await answer(thrown);
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(Object.keys(body)).toEqual(['type', 'title', 'status', 'code', 'detail']);
      expect(body).toMatchObject({ status, type: `urn:heddle:problem:${body.code}` });
    }
  });

  it.each([
    [400, 'Bad request'],
    [401, 'Unauthorized'],
    [404, 'Not found'],
    [409, 'Conflict'],
    [411, 'Length required'],
    [413, 'Payload too large'],
    [415, 'Unsupported media type'],
  ])('of the caller (%i) says what the caller must change', async (status, title) => {
    const { body, log, ...rest } = await answer(
      new RejectedError('a_code', 'Do this.', { status }),
    );
    expect(rest.status).toBe(status);
    expect(body).toMatchObject({ title, status, code: 'a_code', detail: 'Do this.' });
    expect(log).toBe('');
  });

  it.each([
    [undefined, '5'],
    [1, '1'],
    [0.2, '1'],
    [30, '30'],
  ])('that passes (after %s s) is 503, to be sent again after %s', async (retryAfter, header) => {
    const options = retryAfter === undefined ? {} : { retryAfter };
    const error = new RetryableError('queue_unavailable', INSIDE, options);
    const { status, headers, body, log } = await answer(error);
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe(header);
    expect(body.code).toBe('queue_unavailable');
    expect(body.detail).toMatch(/not be done now, or not all of it/);
    expect(JSON.stringify(body)).not.toContain(INSIDE);
    expect(log).toContain(INSIDE);
  });

  it('of the settings is 500 and does not tell which', async () => {
    const { status, body } = await answer(new ConfigError('No secret', [INSIDE]));
    expect(status).toBe(500);
    expect(body.code).toBe('config');
    expect(JSON.stringify(body)).not.toContain(INSIDE);
  });

  it.each([
    ['internal', new Error(INSIDE)],
    ['internal', INSIDE],
    ['invariant', new InvariantError(INSIDE)],
    ['terminal', new TerminalError(INSIDE)],
    ['etag', new ConflictError('etag', INSIDE)],
  ])('of ours (%s) is 500; what it was is in the log alone', async (code, error) => {
    const { status, body, log } = await answer(error);
    expect(status).toBe(500);
    expect(body).toMatchObject({ title: 'Internal error', code });
    expect(JSON.stringify(body)).not.toContain(INSIDE);
    expect(log).toContain(`error Answered 500: `);
    expect(log).toContain(INSIDE);
  });
});

describe('an answer', () => {
  it('is JSON of a type of its own unless another is given', () => {
    expect(toJsonAnswer(202, { id: 'ü' }, { 'x-more': '1' })).toEqual({
      status: 202,
      headers: { 'content-type': 'application/json', 'x-more': '1' },
      body: '{"id":"ü"}',
    });
  });

  it.each([
    [{ status: 200, json: { a: 1 } }, 'application/json', '{"a":1}'],
    [{ status: 200, text: 'hello' }, 'text/plain; charset=utf-8', 'hello'],
    [{ status: 204 }, undefined, ''],
  ])('has the body of the reply %j', (reply, type, body) => {
    const answer = toAnswer(reply);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.body).toBe(body);
  });
});
