import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  Actor,
  type ActorClass,
  type ActorContext,
  defineActors,
} from '../../../shared/heddle/actors/actor.ts';
import { LogActor } from '../../../shared/heddle/actors/log.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { plain } from '../../fixtures/plain-parts.ts';
import { PrReviewer } from '../../fixtures/user-app/shared/app/actors/pr-reviewer.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { findExample } from '../../helpers/github.ts';

function createContext(logger = createRecordingLogger()): ActorContext {
  return {
    triggerContext: {
      ...{ eventId: 'delivery-1', eventType: 'pull_request.opened', source: 'github' },
      ...{ verified: true, receivedAt: '2026-01-01T00:00:00.000Z', triggerName: 'pr-review' },
      ...{ attempt: 1, isReplay: false, rawJson: () => '{}' },
    },
    ...{ runId: 'run-1', idempotencyKey: 'run-1', logger },
    signal: new AbortController().signal,
    emit: () => Promise.reject(new Error('no event is expected here')),
  };
}

async function run(Class: ActorClass, payload: JsonObject, context = createContext()) {
  let state: JsonObject = {};
  const actor = new Class(context, {
    get: () => state,
    patch: (patch) => {
      state = { ...state, ...patch };
    },
    save: async () => undefined,
  });
  const output = await actor.execute((Class.input?.parse(payload) ?? payload) as never);
  return { output, state };
}

const opened = findExample('pull_request', 'opened').payload;

describe('the log actor', () => {
  it('writes one line with ids alone', async () => {
    const logger = createRecordingLogger();
    const { output } = await run(LogActor, opened, createContext(logger));
    expect(output).toEqual({ logged: 'pull_request.opened' });
    expect(logger.lines).toEqual([
      'info pr-review: github pull_request.opened {"eventId":"delivery-1"}',
    ]);
  });
});

describe('the registry of actors', () => {
  class Sound extends Actor {
    static override readonly input = z.object({ count: z.number() });
    execute({ count }: { count: number }) {
      return count;
    }
  }
  class TakesLess extends Actor {
    static override readonly input = z.object({ count: z.number(), more: z.string() });
    execute({ count }: { count: number }) {
      return count;
    }
  }
  class TakesAnother extends Actor {
    static override readonly input = z.object({ count: z.number() });
    execute({ count }: { count: string }) {
      return count;
    }
  }
  class TakesBefore extends Actor {
    static override readonly input = z.object({ count: z.string().transform(Number) });
    execute({ count }: { count: string }) {
      return count;
    }
  }

  it('has what triggers may name, and has room for more', () => {
    expect(plain.actors).toMatchObject({ 'pr-reviewer': PrReviewer });
  });

  it('takes actors whose execute takes what their input yields', () => {
    expect(defineActors({ Sound, TakesLess, LogActor })).toEqual({ Sound, TakesLess, LogActor });
  });

  it('does not compile with another, which this file proves to the compiler', () => {
    // @ts-expect-error execute takes a text where the input yields a number
    expect(defineActors({ TakesAnother })).toEqual({ TakesAnother });
    // @ts-expect-error execute takes what was there before the input's transformation
    expect(defineActors({ Sound, TakesBefore })).toEqual({ Sound, TakesBefore });
    // @ts-expect-error the base class itself runs nothing
    expect(defineActors({ Actor })).toEqual({ Actor });
  });
});
