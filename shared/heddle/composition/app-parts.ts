import { createConsoleLogger } from '../adapters/console-logger.ts';
import { createSystemClock } from '../adapters/embedded/system-clock.ts';
import { fetchText } from '../adapters/http/fetch-text.ts';
import { createHttpClient } from '../adapters/http/http-client.ts';
import type { Config } from '../config/config.ts';
import type { Backend } from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { HttpClient } from '../ports/http-client.ts';
import type { Logger } from '../ports/logger.ts';
import type { SourceContext } from '../sources/source.ts';
import type { LoadedApp } from './assemble-app.ts';
import type { Origin } from './read-origin.ts';
import { withRedactedLines } from './redact-output.ts';
import type { SecretReader } from './secret-reader.ts';

/** An app, with the parts around it that a test replaces. */
export interface AppParts extends LoadedApp {
  readonly backend?: Backend;
  readonly logger?: Logger;
  readonly fetchText?: SourceContext['fetchText'];
  /** Default: the machine's. Its backend must use the same. */
  readonly clock?: Clock;
  /** Reached by sinks and pollers. */
  readonly http?: HttpClient;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Default: the triggers file or settings, as the configuration says. */
  readonly origin?: Origin;
}

type Replaceable = 'logger' | 'fetchText' | 'clock' | 'http' | 'random' | 'origin';

/** Fills in the parts that are not replaced. */
export function withDefaults(
  parts: AppParts,
  config: Config,
  { redact }: Pick<SecretReader, 'redact'>,
): Required<Pick<AppParts, Replaceable>> {
  return {
    logger: parts.logger
      ? withRedactedLines(parts.logger, redact)
      : createOwnLogger(config.logLevel, redact),
    fetchText: parts.fetchText ?? fetchText,
    clock: parts.clock ?? createSystemClock(config.fixedNow),
    http: parts.http ?? createHttpClient({ allow: config.azure.httpAllow }),
    random: parts.random ?? Math.random,
    origin: parts.origin ?? toOrigin(config),
  };
}

function createOwnLogger(level: Config['logLevel'], redact: (text: string) => string): Logger {
  return withRedactedLines(createConsoleLogger(level, redact), redact, level);
}

function toOrigin({ triggersJson, triggersFile }: Config): Origin {
  return triggersJson === undefined ? { path: triggersFile } : { json: triggersJson };
}
