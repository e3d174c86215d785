import type { HttpClient } from '../../ports/http-client.ts';
import type { Sinks } from '../../ports/sinks.ts';
import { type Actors, defineActors } from '../actor.ts';
import { createHttpActor } from './http.ts';
import { createServiceBusActor } from './service-bus.ts';
import { createSlackMessageActor } from './slack-message.ts';
import { createStorageQueueActor } from './storage-queue.ts';
import { createWebPubSubActor } from './web-pubsub.ts';

export interface SinkParts {
  readonly sinks: Sinks;
  readonly http: HttpClient;
  /** Reads an app setting; blank if it is not set. The value is kept out of logs and records. */
  readonly readSecret: (setting: string) => { readonly value: string };
}

/** Actors that send the trigger's input, so that a trigger needs no code. */
export function createSinkActors({ sinks, http, readSecret }: SinkParts): Actors {
  return defineActors({
    http: createHttpActor({ http, readSecret }),
    'web-pubsub': createWebPubSubActor(sinks),
    'storage-queue': createStorageQueueActor(sinks),
    'service-bus': createServiceBusActor(sinks),
    'slack-message': createSlackMessageActor({ http, readSecret }),
  });
}
