import type { Finding, SourceHealth } from '../../api/health.ts';
import { ConfigError, RetryableError } from '../../errors/errors.ts';
import type { Receive } from '../../pipeline/ingest/index.ts';
import type { NamedSource } from '../running-sources.ts';
import { isOfSource } from './intake.ts';

interface Trouble {
  readonly state: 'refusing' | 'failing';
  readonly fault: string;
}

/** Knows which sources cannot take what their senders send. */
export class SourceStates {
  readonly #sources: readonly NamedSource[];
  readonly #troubles = new Map<string, Trouble>();

  constructor(sources: readonly NamedSource[]) {
    this.#sources = sources;
  }

  /** Passes deliveries on, and remembers for each source whether the last could be taken. */
  observe(receive: Receive): Receive {
    return async (kind, route, request) => {
      const name = this.#find(kind, route ?? kind)?.name;
      try {
        const reply = await receive(kind, route, request);
        if (name !== undefined) this.#troubles.delete(name);
        return reply;
      } catch (error) {
        if (name !== undefined) this.#note(name, error);
        throw error;
      }
    };
  }

  /**
   * @param used names of the sources that triggers need
   * @param findTriggers the triggers of a source, by name
   */
  read(
    used: ReadonlySet<string>,
    findTriggers: (source: string) => readonly string[] = () => [],
  ): {
    readonly sources: readonly SourceHealth[];
    readonly findings: readonly Finding[];
  } {
    const sources = this.#sources.map((source) =>
      source.common.enabled === false
        ? toDisabled(source, findTriggers(source.name))
        : this.#toState(source, used),
    );
    const findings = sources.flatMap(({ name, state, fault }) => {
      if (state !== 'refusing' && state !== 'failing') return [];
      const what = state === 'refusing' ? 'refuses every delivery' : 'has failed';
      return [{ text: `source ${name} ${what}: ${fault}` }];
    });
    return { sources, findings };
  }

  #find(kind: string, route: string): NamedSource | undefined {
    return this.#sources.find(
      ({ kind: own, source }) => own === kind && (source.route ?? source.name) === route,
    );
  }

  #note(name: string, error: unknown): void {
    if (error instanceof ConfigError) {
      this.#troubles.set(name, { state: 'refusing', fault: error.faults.join('; ') });
    } else if (error instanceof RetryableError && isOfSource(error)) {
      this.#troubles.set(name, { state: 'failing', fault: error.code });
    }
  }

  #toState(source: NamedSource, used: ReadonlySet<string>): SourceHealth {
    const { name, kind } = source;
    const trouble = this.#troubles.get(name);
    if (trouble) return { name, kind, ...trouble };
    const missing = source.source.missing ?? findMissing(source);
    if (missing.length === 0) return { name, kind, state: 'ready' };
    if (!used.has(name)) return { name, kind, state: 'unused' };
    return { name, kind, state: 'refusing', fault: missing.join('; ') };
  }
}

function toDisabled({ name, kind }: NamedSource, triggers: readonly string[]): SourceHealth {
  return { name, kind, state: 'disabled', ...(triggers.length > 0 ? { triggers } : {}) };
}

/** A source whose secrets are all blank verifies nothing, unless it takes what anybody sends. */
function findMissing({ secrets, isOpen }: NamedSource): readonly string[] {
  if (isOpen || secrets.length === 0 || secrets.some(({ isSet }) => isSet)) return [];
  return [`set ${secrets.map(({ setting }) => setting).join(' or ')}`];
}
