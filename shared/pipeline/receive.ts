import { ConfigError, RejectedError } from '../errors.ts';
import type { CommonSettings } from '../sources/settings.ts';
import type { Reply, Source, WebhookRequest } from '../sources/source.ts';
import type { Engine } from './engine.ts';
import { ingest } from './ingest.ts';

/** A source and what every source may be configured with. */
export interface RunningSource {
  readonly kind: string;
  readonly common: CommonSettings;
  readonly source: Source;
}

/**
 * Takes a request to `webhooks/{kind}` or `webhooks/{kind}/{name}` in.
 * @throws as {@link ingest} does, and RejectedError 404 when the kind has no source of that name
 */
export type Receive = (
  kind: string,
  name: string | undefined,
  request: WebhookRequest,
) => Promise<Reply>;

export function createReceiver(engine: Engine, sources: readonly RunningSource[]): Receive {
  const byName = new Map(sources.map((running) => [running.source.name, running]));
  const reported = new Set<string>();
  return async (kind, name = kind, request) => {
    const running = byName.get(name);
    if (running?.kind !== kind) {
      throw new RejectedError(404, 'source_unknown', `There is no ${kind} source "${name}".`);
    }
    try {
      const { reply } = await ingest(running.source, request, engine.queue);
      return reply;
    } catch (error) {
      // To every sender by its status, and once in the log.
      if (error instanceof ConfigError && !reported.has(name)) {
        reported.add(name);
        engine.logger.error(`Webhooks of ${name} are refused. ${error.message}`);
      }
      throw error;
    }
  };
}
