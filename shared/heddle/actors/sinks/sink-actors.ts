import type { HttpClient } from '../../ports/http-client.ts';
import type { LiveClients } from '../../ports/live-clients.ts';
import { type Actors, defineActors } from '../actor.ts';
import { createHttpActor } from './http.ts';
import { createSlackMessageActor } from './slack-message.ts';
import { createWebPubSubActor } from './web-pubsub.ts';

export interface SinkParts {
  readonly liveClients: Pick<LiveClients, 'send'>;
  readonly http: HttpClient;
  /** Reads an app setting; blank if it is not set. The value is kept out of logs and records. */
  readonly readSecret: (setting: string) => { readonly value: string };
}

/**
 * Actors that send the trigger's input, so that a trigger needs no code. Those that send to queues
 * are of their connectors.
 */
export function createSinkActors({ liveClients, http, readSecret }: SinkParts): Actors {
  return defineActors({
    http: createHttpActor({ http, readSecret }),
    'web-pubsub': createWebPubSubActor(liveClients),
    'slack-message': createSlackMessageActor({ http, readSecret }),
  });
}
