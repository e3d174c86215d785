import { LogActor } from '../../shared/heddle/actors/log.ts';
import { createSinkActors } from '../../shared/heddle/actors/sinks/sink-actors.ts';
import { connectors } from '../../shared/heddle/connectors/connectors.ts';
import { loadConnectors, openConnectors } from '../../shared/heddle/connectors/open-connectors.ts';
import { InvariantError } from '../../shared/heddle/errors/errors.ts';
import { userApp } from '../user-app.ts';

const refuse = () => {
  throw new InvariantError('a check before the deployment runs no actor');
};

const builtIn = {
  ...createSinkActors({
    liveClients: { send: refuse },
    http: { send: refuse },
    readSecret: refuse,
  }),
  ...openConnectors(await loadConnectors(connectors), { connections: {}, lend: refuse }).actors,
};

/** Actor names that a trigger may use. */
export const actorNames: readonly string[] = Object.keys({
  log: LogActor,
  ...builtIn,
  ...userApp.actors,
});

/** Actors that send and need inputs, except those that the app has replaced. */
export const sinkNames: readonly string[] = Object.keys(builtIn).filter(
  (name) => !(name in (userApp.actors ?? {})),
);
