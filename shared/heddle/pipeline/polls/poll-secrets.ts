import { requireSetting } from '../../actors/secret-headers.ts';
import { parseExactJson } from '../../domain/exact-json.ts';
import type { Json } from '../../domain/json.ts';
import { redactJson, redactObject } from '../../domain/redact.ts';
import type { Engine } from '../engine/index.ts';
import type { Result } from './poll-result.ts';

/** Secrets that one poll reads. */
export class PollSecrets {
  readonly #engine: Pick<Engine, 'readSecret' | 'redact'>;
  #isRead = false;

  constructor(engine: Pick<Engine, 'readSecret' | 'redact'>) {
    this.#engine = engine;
  }

  /** @throws {TerminalError} `sink_not_configured` */
  readonly read = (setting: string, holds = 'a secret'): string => {
    this.#isRead = true;
    return requireSetting(this.#engine.readSecret, setting, holds);
  };

  /**
   * Removes the secrets from a result. A state of many megabytes is not searched if none was read.
   */
  hide(result: Result): Result {
    if (!this.#isRead) return result;
    const { redact } = this.#engine;
    const { events, stateJson } = result;
    const hidden = events.map(({ event, ...found }) => ({
      ...{ ...found, context: redactObject(found.context, redact) },
      ...(event === undefined ? {} : { event: redact(event) }),
    }));
    return { ...result, events: hidden, stateJson: hideInJson(stateJson, redact) };
  }
}

function hideInJson(json: string | undefined, redact: (text: string) => string) {
  if (json === undefined || redact(json) === json) return json;
  return JSON.stringify(redactJson(parseExactJson(json) as Json, redact));
}
