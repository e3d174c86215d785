import { actors } from '../../shared/actors/registry.ts';
import { createSinkActors } from '../../shared/actors/sinks/sink-actors.ts';
import { InvariantError } from '../../shared/errors.ts';

const refuse = () => {
  throw new InvariantError('a check before the deployment runs no actor');
};

const builtIn = createSinkActors({
  sinks: {
    sendToServiceBus: refuse,
    sendToStorageQueue: refuse,
    sendToWebPubSub: refuse,
    createWebPubSubUrl: refuse,
  },
  http: { send: refuse },
  readSecret: refuse,
});

/** Actor names that a trigger may use. */
export const actorNames: readonly string[] = Object.keys({ ...builtIn, ...actors });

/** Actors that send and need inputs, except those that the app has replaced. */
export const sinkNames: readonly string[] = Object.keys(builtIn).filter(
  (name) => !(name in actors),
);
