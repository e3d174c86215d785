import type { Finding, PartHealth } from '../../api/health.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Part } from '../../ports/health.ts';
import { Question } from './question.ts';

interface Asked {
  readonly part: Part;
  /** Answered by a warning, or by undefined. */
  readonly question: Question<string | undefined>;
}

/** Asks all parts at once. */
export class PartStates {
  readonly #asked: readonly Asked[];
  readonly #unused: readonly PartHealth[];

  /** @param unused parts that are not configured */
  constructor(
    parts: readonly Part[],
    unused: readonly Pick<PartHealth, 'name' | 'technology'>[],
    clock: Clock,
  ) {
    this.#asked = parts.map((part) => {
      const ask = async (signal: AbortSignal) => {
        await part.ask(signal);
        return part.findWarning?.();
      };
      const question = new Question(ask, { clock });
      return { part, question };
    });
    this.#unused = unused.map((part) => ({ ...part, state: 'unused' }));
  }

  async read(): Promise<{
    readonly parts: readonly PartHealth[];
    readonly findings: readonly Finding[];
    /** When a part showed that writes succeed. Unix milliseconds. */
    readonly provenAt: number;
  }> {
    const answers = await Promise.all(this.#asked.map(toState));
    return {
      parts: [...answers.map(({ state }) => state), ...this.#unused],
      findings: answers.flatMap(({ finding }) => finding ?? []),
      provenAt: Math.max(...answers.map(({ provenAt = Number.NEGATIVE_INFINITY }) => provenAt)),
    };
  }
}

async function toState({ part, question }: Asked): Promise<{
  readonly state: PartHealth;
  readonly finding?: Finding;
  readonly provenAt?: number;
}> {
  const { name, technology, isVital } = part;
  const answered = await question.answer();
  if (!('fault' in answered)) {
    const state: PartHealth = { name, technology, state: 'ok' };
    const { value: warning } = answered;
    const text = `${name} (${technology}): ${warning}`;
    return {
      state,
      ...(warning === undefined ? {} : { finding: { text, isFatal: false } }),
      ...(part.provesWrites ? { provenAt: question.answeredAt } : {}),
    };
  }
  const { fault } = answered;
  const text = `${name} (${technology}) does not do its work: ${fault}`;
  const finding = { text, isFatal: isVital && !question.isNew };
  return { state: { name, technology, state: 'failing', fault }, finding };
}
