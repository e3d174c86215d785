import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { REDACTED } from '../../../shared/heddle/domain/redact.ts';
import { SourceLog } from '../../../shared/heddle/pipeline/counts/source-log.ts';
import {
  createReceiver,
  type RunningSource,
} from '../../../shared/heddle/pipeline/ingest/receive.ts';
import { COLLECTIONS } from '../../../shared/heddle/ports/collections.ts';
import type { Collection, Document } from '../../../shared/heddle/ports/document-store.ts';
import type { MeasureOptions, OutgoingMessage } from '../../../shared/heddle/ports/event-queue.ts';
import type { Source, SourceEvent, WebhookRequest } from '../../../shared/heddle/sources/source.ts';
import { createDelivery, createSource, SECRET, toRequest } from '../../helpers/github.ts';
import {
  arbitraryRedaction,
  listLeaves,
  matches,
  type RedactionCase,
  toPathText,
} from '../../helpers/redaction.ts';
import { createRequest } from '../../helpers/sources.ts';
import { createWorld, toTriggers, type World } from '../../helpers/world.ts';

/** Stores its input as output and state. */
class Echo extends Actor {
  execute(input: JsonObject): JsonObject {
    this.updateState({ input });
    return input;
  }
}

class Failing extends Actor {
  execute(): never {
    throw new Error('no');
  }
}

interface Subject {
  readonly world: World;
  readonly receive: (request: WebhookRequest) => Promise<unknown>;
  /** Reads everything sent to the queue and everything in the store. */
  readonly readAll: () => Promise<string>;
}

function createSubject(source: Source, common: RunningSource['common']): Subject {
  const of = { source: source.name };
  const triggers = toTriggers(
    { ...of, name: 'echo', actor: 'echo' },
    { ...of, name: 'unmatched', actor: 'echo', conditions: { a: 'other', data: ['x'] } },
    { ...of, name: 'failing', actor: 'failing', retry: { maxAttempts: 1 } },
    { ...of, name: 'ordered', actor: 'echo', orderingKey: '{{ event.a }}-{{ fields.one }}' },
  );
  const world = createWorld(triggers, { echo: Echo, failing: Failing });
  const sent: OutgoingMessage[] = [];
  const queue = {
    cancel: (sequence: number) => world.queue.cancel(sequence),
    depth: () => world.queue.depth(),
    measureLag: (options: MeasureOptions) => world.queue.measureLag(options),
    send: (messages: readonly OutgoingMessage[]) => {
      sent.push(...messages);
      return world.queue.send(messages);
    },
  };
  const engine = { ...world.engine, queue };
  const log = new SourceLog(engine);
  const sources = [{ kind: 'test', common, source }];
  const receive = createReceiver(engine, { sources, log, isDispatching: true });
  const list = async (collection: Collection<Document>) =>
    (await world.store.list(collection, { limit: 1000 })).items;
  return {
    world,
    receive: (request) => receive('test', source.name, request),
    async readAll() {
      const kept = await Promise.all(COLLECTIONS.map((one) => list(one as Collection<Document>)));
      return JSON.stringify([sent, kept]);
    },
  };
}

function toSource(event: SourceEvent): Source {
  return {
    name: 'acme',
    maxBodyBytes: 1000,
    verify: () => ({ verified: true, secret: 'S' }),
    normalize: () => ({ events: [event] }),
  };
}

describe('what is redacted', () => {
  it('is in no message and in no document, when its event has been through', async () => {
    const property = fc.asyncProperty(arbitraryRedaction, async (one: RedactionCase) => {
      const { event, patterns } = one;
      const redact = patterns.map((pattern) => `$${toPathText(pattern)}`);
      const { receive, world, readAll } = createSubject(toSource(event), { redact });
      await receive(createRequest({}));
      await world.drain();
      expect((await world.runs()).map(({ status }) => status).sort()).toEqual(
        expect.arrayContaining(['failed', 'succeeded']),
      );
      const text = await readAll();
      for (const { path, value } of listLeaves(event.data)) {
        const isTaken = patterns.some((pattern) => matches(pattern, path));
        expect(text.includes(value), path.join('.')).toBe(!isTaken);
      }
    });
    await fc.assert(property, { numRuns: 40 });
  });

  const payload = {
    repository: { full_name: 'octo-org/hello-world' },
    sender: { login: 'ada-lovelace', id: 4711, email: 'ada@example.org' },
    commits: [{ author: { email: 'ada@example.org' } }, { author: { email: 'bob@example.org' } }],
  };
  const redact = ['sender.login', '$.sender.email', 'commits[*].author.email'];
  const toSigned = async (body: string, secret = SECRET) => {
    const delivery = await createDelivery(body, { secret });
    return toRequest(delivery.headers, delivery.body);
  };

  it('is what GitHub has signed: verified and checked as it came, and kept without', async () => {
    const schema = { properties: { sender: { properties: { login: { const: 'ada-lovelace' } } } } };
    const { receive, world, readAll } = createSubject(createSource(SECRET), { redact, schema });
    await receive(await toSigned(JSON.stringify(payload)));
    await world.drain();
    const [event] = await world.events();
    expect(event).toMatchObject({
      ...{ verified: true, eventId: 'delivery-1', subject: 'octo-org/hello-world' },
      data: {
        sender: { login: REDACTED, id: 4711, email: REDACTED },
        commits: [{ author: { email: REDACTED } }, { author: { email: REDACTED } }],
      },
      fields: { sender: REDACTED, repository: 'octo-org/hello-world' },
    });
    expect(await readAll()).not.toMatch(/ada|bob|@example/);
  });

  it('is not kept either of a key that comes twice, of which readers take the last', async () => {
    const { receive, world, readAll } = createSubject(createSource(SECRET), { redact });
    await receive(await toSigned('{"sender":{"login":"ada-lovelace"},"sender":{"login":1}}'));
    await world.drain();
    expect(await readAll()).not.toContain('ada');
  });

  it('is nothing of what is refused: a forged request, or one that is not of the schema', async () => {
    const schema = { required: ['never'] };
    const { receive, readAll } = createSubject(createSource(SECRET), { redact, schema });
    const text = JSON.stringify(payload);
    const messages: string[] = [];
    for (const request of [await toSigned(text), await toSigned(text, 'another secret')]) {
      await receive(request).catch((error: Error) => messages.push(error.message));
    }
    expect(messages).toEqual([expect.stringContaining('/never'), expect.any(String)]);
    expect([...messages, await readAll()].join()).not.toMatch(/ada|@example/);
  });
});
