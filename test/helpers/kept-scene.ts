import { Actor, type Actors } from '../../shared/heddle/actors/actor.ts';
import { openApp } from '../../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../../shared/heddle/config/config.ts';
import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import { COLLECTIONS } from '../../shared/heddle/ports/collections.ts';
import type { Collection, Document } from '../../shared/heddle/ports/document-store.ts';
import type { OutgoingMessage } from '../../shared/heddle/ports/event-queue.ts';
import type { SourceContext } from '../../shared/heddle/sources/source.ts';
import {
  receiveDelivery,
  type SignedRequest,
} from '../../shared/heddle/testing/receive-delivery.ts';
import { createRecordedLog } from '../../shared/heddle/testing/recorded-log.ts';
import { TestApp } from '../../shared/heddle/testing/test-app.ts';
import { createTestBackend } from '../../shared/heddle/testing/test-backend.ts';
import { TestClock } from '../../shared/heddle/testing/test-clock.ts';
import { createApiRequest } from './api-side.ts';

/** Puts its input wherever an actor can: into the log, its output and its state. */
class Tell extends Actor {
  execute(input: JsonObject): JsonObject {
    this.context.logger.info(`given ${JSON.stringify(input)}`);
    this.updateState({ input });
    return input;
  }
}

class Quote extends Actor {
  execute(input: JsonObject): never {
    throw new Error(JSON.stringify(input), { cause: new Error(JSON.stringify(input)) });
  }
}

export interface KeptParts {
  /** Sources as a triggers file has them. */
  readonly sources: Readonly<Record<string, object>>;
  readonly env: Readonly<Record<string, string>>;
  /** Unix seconds. */
  readonly now: number;
  readonly fetchText?: SourceContext['fetchText'];
  readonly actors?: Actors;
  /** In place of those that tell and quote what they are given. */
  readonly triggers?: readonly object[];
}

function toTelling(sources: KeptParts['sources']): readonly object[] {
  return Object.keys(sources).flatMap((source, index) => [
    { name: `tell-${index}`, source, actor: 'Tell', requireVerification: false },
    { name: `ordered-${index}`, source, actor: 'Tell', orderingKey: '{{ event }}' },
    { name: `unmatched-${index}`, source, actor: 'Tell', conditions: { token: 'x', query: 'x' } },
    { name: `quote-${index}`, source, actor: 'Quote', retry: { maxAttempts: 1 } },
  ]);
}

/** A whole app in memory that tells all it knows, to be searched for what it may not know. */
export async function openKeptScene(parts: KeptParts) {
  const { sources, env, now, fetchText, actors = {} } = parts;
  const { triggers = toTelling(sources) } = parts;
  const clock = new TestClock(now * 1000);
  const backend = createTestBackend(clock);
  const sent: OutgoingMessage[] = [];
  const queue = new Proxy(backend.queue, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...given: unknown[]) => {
        if (name === 'send') sent.push(...(given[0] as readonly OutgoingMessage[]));
        return method.apply(target, given);
      };
    },
  });
  const { logger, lines } = createRecordedLog();
  const app = await openApp(loadConfig(env), {
    ...{ actors: { Tell, Quote, ...actors }, backend: { ...backend, queue }, logger, clock },
    ...{ origin: { json: JSON.stringify({ sources, triggers }) }, random: () => 0.5 },
    ...(fetchText ? { fetchText } : {}),
  });
  const made = { app, clock, backend, logs: lines, sources: [], settings: env };
  const test = new TestApp({ ...made, maxSteps: 1000, createId: () => 'id' });
  await test.advance(0);
  const list = async (collection: Collection<Document>) =>
    (await backend.store.list(collection, { limit: 1000 })).items;
  const ask = async (name: 'api-events' | 'api-runs' | 'api-dead-letters' | 'api-sources') =>
    app.answer(name, createApiRequest({ method: 'GET' }));
  return {
    test,
    lines,
    /** Sends a request; what it causes is done with {@link readAll}. */
    send: (request: SignedRequest) => receiveDelivery(app, request),
    /** Everything that is queued, stored, logged or shown. */
    async readAll(): Promise<string> {
      await test.drain();
      const stored = await Promise.all(COLLECTIONS.map((one) => list(one as Collection<Document>)));
      const listed = await Promise.all([
        ...[ask('api-events'), ask('api-runs'), ask('api-dead-letters'), ask('api-sources')],
      ]);
      const events = await test.events();
      const single = await Promise.all(
        events.flatMap(({ id, source }) => [
          app.answer('api-event', createApiRequest({ params: { id }, query: `source=${source}` })),
          app.answer(
            'api-event-explain',
            createApiRequest({ params: { id }, query: `source=${source}` }),
          ),
        ]),
      );
      return JSON.stringify([sent, stored, lines, listed, events, single]);
    },
  };
}
