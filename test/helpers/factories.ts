import type { Event } from '../../shared/heddle/domain/event.ts';
import type { NewRun } from '../../shared/heddle/domain/run-transitions.ts';
import { type Trigger, TriggerSchema } from '../../shared/heddle/domain/trigger.ts';
import type { LogFields, Logger } from '../../shared/heddle/ports/logger.ts';

export function createEvent(overrides: Partial<Event> = {}): Event {
  return {
    id: 'delivery-1',
    source: 'github',
    type: 'pull_request.opened',
    subject: 'octo-org/hello-world',
    time: '2026-01-01T00:00:00.000Z',
    data: { action: 'opened', number: 7, repository: { full_name: 'octo-org/hello-world' } },
    fields: { action: 'opened', repository: 'octo-org/hello-world', base_branch: 'main' },
    verified: true,
    receivedAt: '2026-01-01T00:00:00.000Z',
    dedupeKey: 'github-delivery-1',
    ...overrides,
  };
}

/** Creates a trigger as a triggers file yields it: with defaults, durations in milliseconds. */
export function createTrigger(written: Partial<Record<keyof Trigger, unknown>> = {}): Trigger {
  return TriggerSchema.parse({ name: 'a-trigger', source: 'github', actor: 'log', ...written });
}

export function createNewRun(overrides: Partial<NewRun> = {}): NewRun {
  return {
    id: 'run-1',
    trigger: 'a-trigger',
    actor: 'log',
    source: 'github',
    eventId: 'delivery-1',
    eventKey: 'key-1',
    eventType: 'pull_request.opened',
    eventTypeRoot: 'pull_request',
    isReplay: false,
    ...overrides,
  };
}

export interface RecordingLogger extends Logger {
  /** Entries as one line each: level, message, fields. */
  readonly lines: string[];
}

export function createRecordingLogger(): RecordingLogger {
  const lines: string[] = [];
  const write = (level: string) => (message: string, fields?: LogFields) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  };
  return {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}
