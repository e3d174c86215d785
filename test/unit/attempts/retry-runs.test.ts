import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { RetryableError } from '../../../shared/heddle/errors/errors.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

class QuotaError extends Error {}

class NamedError extends Error {
  override readonly name = 'Named';
}

class MissingMethodError extends TypeError {}

class CodedError extends Error {
  readonly code = 'E_QUOTA';
}

const thrown: Readonly<Record<string, () => unknown>> = {
  retryable: () => new RetryableError('busy', 'the service is busy'),
  type: () => new TypeError('no such method'),
  quota: () => new QuotaError('used up'),
  coded: () => new CodedError('used up'),
  named: () => new NamedError('no'),
  missing: () => new MissingMethodError('no such method'),
  text: () => 'just a text',
};

async function run(actor: string, retry: object) {
  const actors = Object.fromEntries(
    Object.entries(thrown).map(([name, create]) => [
      name,
      class extends Actor {
        async execute(): Promise<never> {
          throw create();
        }
      },
    ]),
  );
  const world = createWorld(toTriggers({ name: 'a', actor, retry }), actors);
  await world.send(createEvent());
  await world.drain();
  const [ended] = await world.runs();
  return { status: ended?.status, attempts: ended?.attempts };
}

describe('a run whose error is not to be tried again', () => {
  it.each([
    ['by the code of a RetryableError', 'retryable', 'busy'],
    ['by a code of its own', 'coded', 'E_QUOTA'],
    ['by the name of a class of the language', 'type', 'TypeError'],
    ['by the name of a class of the app', 'quota', 'QuotaError'],
    ['by the name that an error gives itself', 'named', 'Named'],
    ['by the name that a class has from the one above', 'missing', 'TypeError'],
    ['by the class below', 'missing', 'MissingMethodError'],
  ])('fails at its first attempt, %s', async (_, actor, known) => {
    const { status, attempts } = await run(actor, { maxAttempts: 3, nonRetryable: [known] });
    expect(status).toBe('failed');
    expect(attempts).toHaveLength(1);
  });

  it.each([
    ['another code', 'retryable', 'not_found'],
    ['the name of RetryableError in other letters', 'retryable', 'retryableerror'],
    ['a part of the name', 'quota', 'Quota'],
    ['what is written in its message', 'type', 'no such method'],
    ['what was thrown, where that is no error', 'text', 'just a text'],
  ])('is none that is named by %s', async (_, actor, known) => {
    const { status, attempts } = await run(actor, { maxAttempts: 3, nonRetryable: [known] });
    expect(status).toBe('failed');
    expect(attempts).toHaveLength(3);
  });
});

describe('a run whose attempts throw what is no proper error', () => {
  const odd: Readonly<Record<string, readonly [unknown, string, string]>> = {
    nothing: [undefined, 'Error', 'undefined'],
    'a plain object': [{ code: 'E_BODY', message: 'no such order' }, 'E_BODY', 'no such order'],
    'an object without a prototype': [Object.create(null), 'Error', '{}'],
    'an error whose message is an object': [
      Object.assign(new TypeError(), { message: { reason: 'gone' } }),
      'TypeError',
      '{"reason":"gone"}',
    ],
    'an error without a name': [Object.assign(new Error('x'), { name: undefined }), 'Error', 'x'],
    'an error with a long code': [
      Object.assign(new Error('x'), { code: 'c'.repeat(9999) }),
      'c'.repeat(128),
      'x',
    ],
    'a number that is too big for JSON': [
      { message: { n: 1n } },
      'Error',
      'something that has no text',
    ],
  };

  it.each(Object.entries(odd))(
    'fails as often as its policy says: %s',
    async (_, [value, code, message]) => {
      const world = createWorld(
        toTriggers({ name: 'a', actor: 'odd', retry: { maxAttempts: 2 } }),
        {
          odd: class extends Actor {
            async execute(): Promise<never> {
              throw value;
            }
          },
        },
      );
      await world.send(createEvent());
      await world.drain();
      const [ended] = await world.runs();
      expect(ended).toMatchObject({ status: 'failed', error: { code, message } });
      expect(ended?.attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
    },
  );
});

describe('the wait before a retry', () => {
  it.each([
    ['none', 4000],
    ['half', 3000],
    ['full', 2000],
  ])('is drawn as jitter "%s" says', async (jitter, expected) => {
    const retry = { maxAttempts: 2, backoff: 'fixed', delay: '4s', jitter };
    const world = createWorld(toTriggers({ name: 'a', actor: 'busy', retry }), {
      busy: class extends Actor {
        async execute(): Promise<never> {
          throw new RetryableError('busy', 'the service is busy');
        }
      },
    });
    await world.send(createEvent());
    await world.work();
    const [queued] = await world.runs();
    expect(queued?.status).toBe('queued');
    const { dueAt = '', updatedAt = '' } = queued as { dueAt?: string; updatedAt?: string };
    expect(Date.parse(dueAt) - Date.parse(updatedAt)).toBe(expected);
  });
});
