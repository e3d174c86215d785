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
  /** The value of an app setting; blank where it is not set. It is kept out of logs and records. */
  readonly readSecret: (setting: string) => { readonly value: string };
}

/** The actors that send what a trigger's input says, so that a trigger needs no code. */
export function createSinkActors({ sinks, http, readSecret }: SinkParts): Actors {
  return defineActors({
    http: createHttpActor({ http, readSecret }),
    'web-pubsub': createWebPubSubActor(sinks),
    'storage-queue': createStorageQueueActor(sinks),
    'service-bus': createServiceBusActor(sinks),
    'slack-message': createSlackMessageActor({ http, readSecret }),
  });
}
