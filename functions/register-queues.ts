import { trigger as bindings, app as host } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import type { Mode } from '../shared/heddle/config/mode.ts';
import { sourceConnectors } from '../shared/heddle/connectors/connectors.ts';
import { createDeadLetterHandler, createMessageHandler } from './messages.ts';

/** The queues as infra/app/service-bus.bicep names them. */
const QUEUES = [
  { queue: 'events', suffix: '', isOrdered: false, isUrgent: false },
  { queue: 'events-ordered', suffix: '-ordered', isOrdered: true, isUrgent: false },
  { queue: 'events-urgent', suffix: '-urgent', isOrdered: false, isUrgent: true },
] as const;

/**
 * Asks for bytes: the host would parse JSON, and its fields would overwrite the host's own
 * metadata.
 */
const AS_BYTES = { dataType: 'binary' };

/** Registers the functions that receive from the queues; for an app on Service Bus. */
export function registerMessages(app: () => App): void {
  for (const { queue, suffix, isOrdered, isUrgent } of QUEUES) {
    host.serviceBusQueue(`dispatch${suffix}`, {
      ...{ ...AS_BYTES, connection: 'ServiceBus', queueName: queue, isSessionsEnabled: isOrdered },
      handler: createMessageHandler(app, { isOrdered, isUrgent }),
    });
    host.serviceBusQueue(`dead-letter${suffix}`, {
      ...{ ...AS_BYTES, connection: 'ServiceBus', queueName: `${queue}/$deadletterqueue` },
      handler: createDeadLetterHandler(app, { isOrdered, isUrgent }),
    });
  }
}

/**
 * Registers the heartbeat. An alert watches it, since stopped timers would otherwise go unnoticed.
 * The host need not monitor it, which would write a blob each minute so that a missed run is made up
 * for at the start: schedules are planned at the start anyway, from what the store has.
 */
export function registerHeartbeat(app: () => App): void {
  host.timer('heartbeat', {
    ...{ schedule: '0 * * * * *', useMonitor: false },
    handler: () => app().heartbeat(),
  });
}

/** Registers one function for each queue whose messages are events. */
export function registerConnectorQueues(app: () => App, queues: Mode['queues']): void {
  for (const { kind, source } of sourceConnectors) {
    for (const queue of queues[kind] ?? []) {
      const { name, trigger } = source.toFunction(queue);
      host.generic(name, {
        trigger: bindings.generic(trigger),
        handler: (body, { triggerMetadata: metadata = {} }) =>
          app().receiveQueueMessage(kind, { queue, body, metadata }),
      });
    }
  }
}
