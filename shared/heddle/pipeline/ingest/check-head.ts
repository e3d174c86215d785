import { HeddleError, RejectedError } from '../../errors/errors.ts';
import type { CommonSettings } from '../../sources/settings.ts';
import type { Source, WebhookRequest } from '../../sources/source.ts';
import type { SourceLog } from '../counts/index.ts';
import type { Engine } from '../engine/index.ts';
import { countRejected } from '../telemetry/index.ts';
import { RefusalLog } from './refusal-log.ts';

/**
 * Checks a request to `webhooks/{kind}` or `webhooks/{kind}/{name}` whose body has not been read.
 * @throws {RejectedError} 404, 410, 413
 */
export type CheckHead = (
  kind: string,
  name: string | undefined,
  request: Pick<WebhookRequest, 'headers'>,
) => void;

interface Headed {
  readonly kind: string;
  readonly source: Source;
  readonly common?: CommonSettings;
}

interface Checked {
  readonly sources: readonly Headed[];
  readonly log: Pick<SourceLog, 'noteRejected'>;
}

/** Refuses what the source would refuse anyway, for a host that can ask before it reads a body. */
export function createHeadCheck(
  engine: Pick<Engine, 'telemetry' | 'logger' | 'clock'>,
  { sources, log }: Checked,
): CheckHead {
  const refusals = new RefusalLog(engine.clock);
  const byRoute = new Map(sources.map((one) => [toRoute(one.kind, one.source), one]));
  return (kind, name = kind, { headers }) => {
    const found = byRoute.get(`${kind}/${name}`);
    if (!found) throw refusals.noteUnknown(engine.logger, createUnknownError(kind, name));
    const { source, common } = found;
    try {
      if (common) checkEnabled(source, common);
      checkSize(source, Number(headers.get('content-length') ?? 0));
    } catch (error) {
      const code = error instanceof HeddleError ? error.code : 'internal';
      log.noteRejected(source.name, code);
      countRejected(engine, source.name, code);
      refusals.note(engine.logger, source.name, error);
      throw error;
    }
  };
}

/** The path of a source below `webhooks/`. */
export function toRoute(kind: string, { route, name }: Source): string {
  return `${kind}/${route ?? name}`;
}

export function createUnknownError(kind: string, name: string): RejectedError {
  return new RejectedError('source_unknown', `There is no ${kind} source "${name}".`);
}

/** @throws {RejectedError} 404 or 410 */
export function checkEnabled({ name }: Source, { enabled, disabledStatus }: CommonSettings): void {
  if (enabled !== false) return;
  const code = disabledStatus === 410 ? 'source_gone' : 'source_disabled';
  throw new RejectedError(code, `The source "${name}" is disabled.`);
}

/** @throws {RejectedError} 413 with the limit */
export function checkSize({ maxBodyBytes }: Source, bytes: number): void {
  if (bytes <= maxBodyBytes) return;
  throw new RejectedError('body_too_large', `The body is larger than ${maxBodyBytes} bytes.`);
}
