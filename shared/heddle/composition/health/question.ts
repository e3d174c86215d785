import type { Clock } from '../../ports/clock.ts';
import { toFaultText } from './fault-text.ts';

/** For all questions of one request to `/health`, which are asked at once. */
export const DEADLINE_MS = 2000;
/** An answer is kept for so long, since anybody may ask for it. */
const KEEP_MS = 5000;
/** A question that nobody has answered for so long is asked anew. */
const GIVE_UP_MS = 30_000;

/** A first answer may take so long before its absence says anything. */
const START_MS = 20_000;

const NO_ANSWER = { fault: `no answer within ${DEADLINE_MS / 1000} s` };

export type Answered<T> = { readonly value: T } | { readonly fault: string };

interface QuestionOptions {
  readonly clock: Clock;
  /** 0: an answer is never used twice. */
  readonly keepMs?: number;
}

/**
 * A question to a service, asked once at a time and waited for no longer than a deadline. An answer
 * that comes late counts for the next request.
 */
export class Question<T> {
  readonly #ask: (signal: AbortSignal) => Promise<T>;
  readonly #clock: Clock;
  readonly #keepMs: number;
  #firstAskedAt: number | undefined;
  #answer: { readonly at: number; readonly answered: Answered<T> } | undefined;
  #asking: { readonly at: number; readonly answered: Promise<Answered<T>> } | undefined;

  constructor(ask: (signal: AbortSignal) => Promise<T>, options: QuestionOptions) {
    this.#ask = ask;
    this.#clock = options.clock;
    this.#keepMs = options.keepMs ?? KEEP_MS;
  }

  /**
   * Whether nobody has answered yet and the app has just started: libraries are loaded and
   * connections made with the first question.
   */
  get isNew(): boolean {
    if (this.#answer !== undefined || this.#firstAskedAt === undefined) return false;
    return this.#clock.now() - this.#firstAskedAt < START_MS;
  }

  /** Unix milliseconds of the last answer. */
  get answeredAt(): number {
    return this.#answer?.at ?? Number.NEGATIVE_INFINITY;
  }

  /** Never rejects, and resolves within the deadline. */
  async answer(): Promise<Answered<T>> {
    const now = this.#clock.now();
    this.#firstAskedAt ??= now;
    if (this.#answer && now - this.#answer.at < this.#keepMs) return this.#answer.answered;
    const waitedMs = now - (this.#asking?.at ?? now);
    if (waitedMs >= GIVE_UP_MS) this.#asking = undefined;
    this.#asking ??= { at: now, answered: this.#begin() };
    const leftMs = DEADLINE_MS - (now - this.#asking.at);
    return leftMs > 0 ? this.#waitFor(this.#asking.answered, leftMs) : NO_ANSWER;
  }

  async #begin(): Promise<Answered<T>> {
    const controller = new AbortController();
    const cancel = this.#clock.after(DEADLINE_MS, () => controller.abort());
    const answered = await this.#toAnswer(controller.signal);
    cancel();
    this.#asking = undefined;
    this.#answer = { at: this.#clock.now(), answered };
    return answered;
  }

  async #toAnswer(signal: AbortSignal): Promise<Answered<T>> {
    try {
      return { value: await this.#ask(signal) };
    } catch (error) {
      return { fault: toFaultText(error) };
    }
  }

  async #waitFor(answered: Promise<Answered<T>>, ms: number): Promise<Answered<T>> {
    const { promise, resolve } = Promise.withResolvers<Answered<T>>();
    const cancel = this.#clock.after(ms, () => resolve(NO_ANSWER));
    try {
      return await Promise.race([answered, promise]);
    } finally {
      cancel();
    }
  }
}
