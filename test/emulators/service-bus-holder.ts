import { ServiceBusClient } from '@azure/service-bus';

/** Locks a message of `q` until the process is killed. */
const [, , connectionString = '', mode] = process.argv;
const client = new ServiceBusClient(connectionString);
const receiver =
  mode === 'session' ? await client.acceptNextSession('q') : client.createReceiver('q');
await receiver.receiveMessages(1);
process.send?.('held');
