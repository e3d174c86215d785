import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { ListenerServices } from '../trigger-listener.ts';
import type { TypedData } from '../worker/core-types.ts';
import type { HostedFunction } from '../worker/hosted-function.ts';
import { toTraceContext } from '../worker/trace-context.ts';
import { toInput } from './message-body.ts';
import { type MessageFacts, toTriggerMetadata } from './message-metadata.ts';
import type { ServiceBusBinding } from './service-bus-binding.ts';

type Settling = 'complete' | 'abandon';

/** Runs the function on one message or batch, then settles its messages. */
export class MessageWorker {
  readonly binding: ServiceBusBinding;
  readonly #fn: HostedFunction;
  readonly #services: ListenerServices;

  constructor(fn: HostedFunction, services: ListenerServices, binding: ServiceBusBinding) {
    this.#fn = fn;
    this.#services = services;
    this.binding = binding;
  }

  /**
   * Never rejects. When the function throws, the messages are abandoned at once, without a delay;
   * the broker counts the deliveries.
   */
  async handle(
    messages: readonly ServiceBusReceivedMessage[],
    receiver: ServiceBusReceiver,
    onDone: () => void = () => {},
  ): Promise<void> {
    const isDone = await this.run(messages);
    onDone();
    if (isDone && !this.binding.autoComplete) return;
    const settling = isDone ? 'complete' : 'abandon';
    await Promise.all(messages.map((message) => this.#settle(settling, message, receiver)));
  }

  /** False when the function threw, or the messages could not be bound. */
  async run(messages: readonly (MessageFacts & { body: unknown })[]): Promise<boolean> {
    let data: TypedData;
    let triggerMetadata: Record<string, TypedData>;
    try {
      data = toInput(messages, this.binding);
      triggerMetadata = toTriggerMetadata(messages, this.binding);
    } catch (error) {
      this.log('error', error instanceof Error ? error.message : String(error));
      return false;
    }
    const trace = toTraceContext(findTraceParent(messages));
    const { invoker } = this.#services;
    return (await invoker.invoke(this.#fn, data, { triggerMetadata, trace })) !== undefined;
  }

  log(level: 'information' | 'warning' | 'error', message: string): void {
    this.#services.log(level, 'system', `${this.#fn.name}: ${message}`);
  }

  async #settle(
    settling: Settling,
    message: ServiceBusReceivedMessage,
    receiver: ServiceBusReceiver,
  ): Promise<void> {
    try {
      if (settling === 'complete') await receiver.completeMessage(message);
      else await receiver.abandonMessage(message);
    } catch (error) {
      this.log('error', `${settling} of message '${message.messageId}' failed: ${error}`);
    }
  }
}

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-end-to-end-tracing */
function findTraceParent([first]: readonly MessageFacts[]): string | undefined {
  const { traceparent, 'Diagnostic-Id': diagnosticId } = first?.applicationProperties ?? {};
  const parent = traceparent ?? diagnosticId;
  return typeof parent === 'string' ? parent : undefined;
}
