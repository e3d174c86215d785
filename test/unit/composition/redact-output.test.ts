import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { redactCrashes } from '../../../functions/redact-crashes.ts';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import {
  withRedactedLines,
  withRedactedSpans,
} from '../../../shared/heddle/composition/redact-output.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import {
  createRedactor,
  redactError,
  toSecretTexts,
} from '../../../shared/heddle/domain/redact.ts';
import { createRecordedLog } from '../../../shared/heddle/testing/recorded-log.ts';
import { openKeptScene } from '../../helpers/kept-scene.ts';
import { createRecordingTelemetry } from '../../helpers/recording-telemetry.ts';

const SECRET = 's3cr3t/value+of=the app';
const redact = createRedactor(toSecretTexts(SECRET));
const createError = () =>
  new Error(`called with ${SECRET}`, { cause: new TypeError(`key ${SECRET}`) });

describe('an error', () => {
  it('has no secret in its message, its stack and its causes, and stays what it is', () => {
    const error = createError();
    redactError(error, redact);
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe('called with ***');
    expect((error.cause as Error).message).toBe('key ***');
    expect(`${error.stack}${(error.cause as Error).stack}`).not.toContain(SECRET);
    expect(error.stack).toContain('redact-output.test.ts');
  });

  it('of several has none in any of them', () => {
    const error = new AggregateError([createError(), createError()], `all of ${SECRET}`);
    redactError(error, redact);
    const texts = [error, ...(error.errors as Error[])].map(({ stack }) => stack);
    expect(texts.join()).not.toContain(SECRET);
  });

  it('has none in what a library has laid beside it, once nothing works on', () => {
    const request = { headers: { authorization: `Bearer ${SECRET}` }, list: [SECRET] };
    const error = Object.assign(createError(), { config: request, code: 'E_HTTP' });
    redactError(error, redact);
    expect(error.config.headers.authorization, 'a client may use it').toContain(SECRET);
    redactError(error, redact, { isLast: true });
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET);
    expect(error.config.headers.authorization).toBe('Bearer ***');
    expect(error.code).toBe('E_HTTP');
  });

  it('that is its own cause, is frozen, or is none does no harm', () => {
    const own = new Error(SECRET);
    own.cause = own;
    for (const odd of [own, Object.freeze(createError()), undefined, 'text', { message: SECRET }]) {
      expect(() => redactError(odd, redact)).not.toThrow();
    }
    expect(own.message).toBe('***');
  });
});

describe('a secret', () => {
  it.each([
    [SECRET, encodeURIComponent(SECRET)],
    ['line one\nline "two"', JSON.stringify('line one\nline "two"').slice(1, -1)],
    ['Endpoint=sb://x;SharedAccessKeyName=n;SharedAccessKey=abc123def=', 'abc123def='],
    ['AccountName=a;AccountKey=Zm9vYmFy==;EndpointSuffix=x', 'Zm9vYmFy=='],
    ['postgres://user:pa55word@host/db', 'pa55word'],
    ['Bearer tok-1234567', 'tok-1234567'],
  ])('of %j is removed where it is written as %s', (value, written) => {
    const safe = createRedactor(toSecretTexts(value))(`found ${written} there`);
    expect(safe).toBe('found *** there');
  });

  it('is known by the name of its setting, though the app reads it by itself', () => {
    const { secretSettings } = loadConfig({
      ...{ SHOP_API_TOKEN: 'tok-12345678', MY_SECRET_2: 'abcdefgh1', DB_PASSWORD: 'correcthorse' },
      ...{ CACHE_URL: 'redis://:pa55word@host', IDENTITY_HEADER: 'a-b-c-d-e' },
      ...{ PWD: '/home/user/heddle', SORT_KEY: 'id', TOKENIZER: 'something-long', SECRET: '' },
    });
    expect(secretSettings.toSorted()).toEqual([
      'CACHE_URL',
      'DB_PASSWORD',
      'IDENTITY_HEADER',
      'MY_SECRET_2',
      'SHOP_API_TOKEN',
    ]);
  });
});

describe('a line of the log', () => {
  it('has no secret, whatever it is given', () => {
    const { logger, lines } = createRecordedLog();
    const circle: { self?: object } = {};
    circle.self = circle;
    const fields = { text: SECRET, error: createError(), list: [SECRET], circle, count: 1 };
    withRedactedLines(logger, redact).warn(`with ${SECRET}`, fields as never);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
    expect(lines[0]).toMatchObject({ message: 'with ***', fields: { count: 1, text: '***' } });
    expect(lines[0]?.fields.error).toContain('redact-output.test.ts');
  });
});

describe('a span', () => {
  it('has no secret in its name and attributes', async () => {
    const recorded = createRecordingTelemetry();
    const options = { kind: 'internal', parent: undefined, attributes: { id: SECRET } } as const;
    await withRedactedSpans(recorded, redact).span(`run ${SECRET}`, options, async ({ set }) => {
      set({ code: SECRET, attempt: 2 });
    });
    expect(JSON.stringify(recorded.spans)).not.toContain(SECRET);
    expect(JSON.stringify(recorded.spans)).toContain('***');
  });
});

describe('what ends the process', () => {
  type Listener = (given: unknown) => void;
  const createProcess = (others: number) => {
    const listeners = new Map<string, Listener>();
    const process = {
      prependListener: (name: string, listener: Listener) => listeners.set(name, listener),
      listenerCount: () => others + 1,
    };
    redactCrashes(process as never, redact);
    return (name: string, given: unknown) => listeners.get(name)?.(given);
  };

  it('is written by its host without a secret', () => {
    const error = createError();
    createProcess(0)('uncaughtExceptionMonitor', error);
    expect(`${error.message}${error.stack}`).not.toContain(SECRET);
  });

  it('ends it as before: a rejection that only this one hears is thrown, others are left', () => {
    const error = createError();
    expect(() => createProcess(0)('unhandledRejection', error)).toThrow(error);
    expect(error.stack).not.toContain(SECRET);
    expect(() => createProcess(1)('unhandledRejection', createError())).not.toThrow();
  });
});

describe("an actor's error", () => {
  class Careless extends Actor {
    execute(): never {
      this.context.logger.error(`tried ${process.env.SHOP_API_TOKEN}`);
      throw new Error(`POST /?key=${SECRET}`, { cause: createError() });
    }
  }

  it('has no secret of a setting in the run, the dead letter, the log and the API', async () => {
    const scene = await openKeptScene({
      sources: { custom: { auth: { kind: 'none' }, requireVerification: false } },
      env: { SHOP_API_TOKEN: SECRET },
      now: 1_796_000_000,
      actors: { Careless },
      triggers: [
        {
          ...{ name: 'careless', source: 'custom', actor: 'Careless', requireVerification: false },
          retry: { maxAttempts: 2, delay: '1s' },
        },
      ],
    });
    await using _app = scene.test;
    const headers = { 'content-type': 'application/json' };
    await scene.send({ path: '/webhooks/custom', headers, body: '{"a":1}' });
    const text = await scene.readAll();
    expect(text).toContain('POST /?key=***');
    expect(text).not.toContain(SECRET);
  });
});
