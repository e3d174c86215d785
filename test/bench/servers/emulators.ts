import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startCosmosEmulator } from '../../emulators/cosmos.ts';
import { createDatabase } from '../../emulators/run/layout.ts';
import { startServiceBusEmulator } from '../../emulators/service-bus.ts';

/**
 * Service Bus and Cosmos DB in a process of their own, so that the app's CPU time is its own. Answers
 * with the settings that make an app use them. Blob storage is not there: no message of the bench
 * needs it.
 */

const [serviceBus, cosmos] = await Promise.all([startServiceBusEmulator(), startCosmosEmulator()]);
await createDatabase(cosmos.connectionString);
const settings = {
  ServiceBus: serviceBus.connectionString,
  Cosmos: cosmos.connectionString,
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

const server = createServer((_request, response) => response.end(JSON.stringify(settings)));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
console.log(`emulators is ready on http://127.0.0.1:${port}`);
