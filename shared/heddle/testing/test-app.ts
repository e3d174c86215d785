import type { EventDetail } from '../api/events.ts';
import type { EventExplanation } from '../api/explain.ts';
import type { Health } from '../api/health.ts';
import type { SamplePayload, SampleRequest } from '../cli/samples/sample-request.ts';
import type { App } from '../composition/open-app.ts';
import { DurationSchema } from '../domain/duration.ts';
import type { Run } from '../domain/run.ts';
import type { ConfiguredSource } from '../sources/load.ts';
import { type Answer, receiveDelivery, type SignedRequest } from './receive-delivery.ts';
import type { LogLine } from './recorded-log.ts';
import { signDelivery } from './sign-delivery.ts';
import { checkHealth, emitEvent, executeTrigger, explainEvent } from './test-api.ts';
import type { TestBackend } from './test-backend.ts';
import type { TestClock } from './test-clock.ts';
import { TestHost } from './test-host.ts';
import { type Caused, TestRecords } from './test-records.ts';

/** The answer to a delivery, and what came of it. */
export type Delivered = Answer & Caused;

/** An explanation as data, and as the text that the API shows. */
export type Explanation = EventExplanation & { readonly text: string };

export interface TestAppParts {
  readonly app: App;
  readonly clock: TestClock;
  readonly backend: TestBackend;
  readonly sources: readonly ConfiguredSource[];
  readonly settings: Readonly<Record<string, string>>;
  readonly createId: () => string;
  readonly maxSteps: number;
  readonly logs: readonly LogLine[];
}

/** The whole app in memory: see {@link createTestApp}. */
export class TestApp implements AsyncDisposable {
  /** Everything else that the app can do: pause a trigger, replay a run. Call `advance(0)` after it. */
  readonly app: App;
  /** Lines that actors and the app have logged. */
  readonly logs: readonly LogLine[];
  readonly #parts: TestAppParts;
  readonly #host: TestHost;
  readonly #records: TestRecords;

  constructor(parts: TestAppParts) {
    this.app = parts.app;
    this.logs = parts.logs;
    this.#parts = parts;
    this.#host = new TestHost(parts);
    this.#records = new TestRecords(parts.backend, parts.clock);
  }

  /** ISO 8601, UTC. */
  get now(): string {
    return new Date(this.#parts.clock.now()).toISOString();
  }

  /**
   * Signs an example delivery, as `npm run send` does, without sending it.
   * @param payload the body to sign instead, or a function that changes the example's
   */
  sign(source: string, type: string, payload?: SamplePayload): SampleRequest {
    const { sources, settings, clock, createId } = this.#parts;
    return signDelivery(sources, {
      ...{ source, type, settings, payload, createId, now: clock.now },
    });
  }

  /**
   * Delivers a signed request: through verification, matching and limits to the run's end.
   * @example
   * await app.deliver('github', 'pull_request.opened');
   * await app.deliver('orders', 'received', { total: 3 });
   * await app.deliver({ ...app.sign('github', 'push'), body: '{}' }); // answered 401
   */
  deliver(source: string, type: string, payload?: SamplePayload): Promise<Delivered>;
  deliver(request: SignedRequest): Promise<Delivered>;
  async deliver(
    given: string | SignedRequest,
    type = '',
    payload?: SamplePayload,
  ): Promise<Delivered> {
    const request = typeof given === 'string' ? this.sign(given, type, payload) : given;
    return this.#observe(() => this.#host.finish(receiveDelivery(this.app, request)));
  }

  /** Emits an event, as a module of the app does. @throws {RejectedError} the data does not fit */
  emit(type: string, data: object = {}, { id = this.#parts.createId() } = {}): Promise<Caused> {
    return this.#observe(async () => {
      await emitEvent(this.app, type, data, id);
      return {};
    });
  }

  /** Executes a manual trigger. @throws {RejectedError} it would not run, or the data does not fit */
  execute(trigger: string, data: object = {}): Promise<Caused> {
    return this.#observe(async () => {
      await executeTrigger(this.app, trigger, data, this.#parts.createId());
      return {};
    });
  }

  /**
   * Moves the clock, and runs in order all that becomes due: retries, schedules, polls, windows.
   * @param duration `90s`, `2d`, or a number of seconds
   * @throws {Error} more things become due than `maxSteps`
   */
  advance(duration: string | number): Promise<Caused> {
    const ms = DurationSchema.parse(duration);
    return this.#observe(async () => {
      await this.#host.advance(ms);
      return {};
    });
  }

  /** Moves the clock until every run has ended, however long its retries or windows take. */
  drain(): Promise<Caused> {
    return this.#observe(async () => {
      await this.#host.advanceUntil(() => this.#records.areRunsEnded());
      return {};
    });
  }

  /** Runs, those made first first. @param trigger only those of this trigger */
  async runs(trigger?: string): Promise<readonly Run[]> {
    const all = await this.#records.runs();
    return trigger === undefined ? all : all.filter((run) => run.trigger === trigger);
  }

  /** Events with their decisions and runs, those recorded first first. */
  events(): Promise<readonly EventDetail[]> {
    return this.#records.events();
  }

  /** Tells what ran for an event and why nothing else did. Default: the last event. */
  async explain(event?: Pick<EventDetail, 'id' | 'source'>): Promise<Explanation> {
    return explainEvent(this.app, event ?? (await this.#findLast()));
  }

  async health(): Promise<Health> {
    await this.#host.settle();
    return checkHealth(this.app);
  }

  async stop(): Promise<void> {
    await this.app.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #findLast(): Promise<EventDetail> {
    const last = (await this.events()).at(-1);
    if (last) return last;
    throw new Error('There is no event yet: deliver or emit one, and advance past its delay');
  }

  async #observe<T extends object>(work: () => Promise<T>): Promise<T & Caused> {
    const mark = this.#records.mark();
    const answer = await work();
    await this.#host.settle();
    return { ...answer, ...(await this.#records.since(mark)) };
  }
}
