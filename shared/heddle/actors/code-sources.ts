import { isDeepStrictEqual } from 'node:util';
import type { Secret } from '../domain/secret.ts';
import type { CodeFault } from './code-fault.ts';
import type { CodeSource } from './code-source.ts';

/** The sources that endpoints in code make. */
export class CodeSources {
  readonly #byName = new Map<string, CodeSource>();
  /** The trigger that came first with a source. */
  readonly #triggers = new Map<string, string>();

  /**
   * Adds the source of a trigger's endpoint. Several triggers may share one.
   * @returns the fault, if a trigger before it says otherwise about the same path
   */
  add(trigger: string, source: CodeSource): string | undefined {
    const { name } = source;
    const known = this.#byName.get(name);
    if (!known) {
      this.#byName.set(name, source);
      this.#triggers.set(name, trigger);
      return undefined;
    }
    if (isDeepStrictEqual(known, source)) return undefined;
    const first = this.#triggers.get(name);
    return `endpoint: the trigger "${first}" has the same path with another endpoint or rateLimit: make them alike`;
  }

  get all(): readonly CodeSource[] {
    return [...this.#byName.values()];
  }

  get(name: string): CodeSource | undefined {
    return this.#byName.get(name);
  }

  /** The secret of an endpoint, by the name that its source has for it. */
  readSecret(setting: string): Secret | undefined {
    return this.all.find(({ secret }) => secret?.setting === setting)?.secret;
  }

  findBlank(): readonly CodeFault[] {
    const blank = this.all.filter(({ secret }) => secret?.value.trim() === '');
    return blank.map(({ name }) => ({
      name: this.#triggers.get(name) ?? name,
      message: 'endpoint.auth.secret is not set: every request is refused until it is',
    }));
  }
}
