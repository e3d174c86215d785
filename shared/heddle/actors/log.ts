import { Actor } from './actor.ts';

/** Writes one line about the event to the log: a first actor for a new trigger. */
export class LogActor extends Actor {
  execute(): { logged: string } {
    const { eventId, eventType, source, triggerName } = this.context.triggerContext;
    this.context.logger.info(`${triggerName}: ${source} ${eventType}`, { eventId });
    return { logged: eventType };
  }
}
