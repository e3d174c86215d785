import { Actor } from './actor.ts';

/** Logs one line about the event. A first actor for a new trigger. */
export class LogActor extends Actor {
  execute(): { logged: string } {
    const { eventId, eventType, source, triggerName } = this.context.triggerContext;
    this.context.logger.info(`${triggerName}: ${source} ${eventType}`, { eventId });
    return { logged: eventType };
  }
}
