import type { Actors } from '../actors/actor.ts';
import { createSinkActors, type SinkParts } from '../actors/sinks/sink-actors.ts';
import { connectors } from '../connectors/connectors.ts';
import { loadConnectors, openConnectors } from '../connectors/open-connectors.ts';
import { InvariantError } from '../errors/errors.ts';
import type { OpenBackend } from './open-backend.ts';

/** Creates the actors that send, to HTTP and chat and to what connectors reach. */
export function createBuiltInActors(
  { actors, liveClients }: Pick<OpenBackend, 'actors' | 'liveClients'>,
  reach: Pick<SinkParts, 'http' | 'readSecret'>,
): Actors {
  return { ...createSinkActors({ ...reach, liveClients }), ...actors };
}

/** Creates the same actors for a check of names and inputs. None can run. */
export async function createIdleActors(): Promise<Actors> {
  const loaded = await loadConnectors(connectors);
  const { actors } = openConnectors(loaded, { connections: {}, lend: refuse });
  const liveClients = { send: refuse, createUrl: refuse };
  return createBuiltInActors(
    { actors, liveClients },
    // What HEDDLE_HTTP_ALLOW names is known to a running app alone.
    { http: { send: refuse, isListed: () => true }, readSecret: refuse },
  );
}

function refuse(): never {
  throw new InvariantError('a check runs no actor');
}
