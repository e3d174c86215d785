import { Actor, defineActors } from '../../shared/heddle/actors/actor.ts';
import type { PolledEvent, PollerClass } from '../../shared/heddle/actors/poller.ts';
import { requireSetting } from '../../shared/heddle/actors/secret-headers.ts';
import type { Json, JsonObject } from '../../shared/heddle/domain/json.ts';
import type { HttpClient } from '../../shared/heddle/ports/http-client.ts';
import type { Probes } from '../../shared/heddle/ports/probes.ts';
import { createWorld, silent, toTriggers, type World } from './world.ts';

export interface Reach {
  readonly http?: HttpClient;
  readonly probes?: Partial<Probes>;
  /** App settings by name. */
  readonly settings?: Readonly<Record<string, string>>;
}

const NO_HTTP: HttpClient = {
  send: () => Promise.reject(new Error('no request is expected here')),
};
const nothing = () => Promise.reject(new Error('no look at Azure is expected here'));
const NO_PROBES: Probes = {
  depth: nothing,
  // biome-ignore lint/correctness/useYield: it fails before there is anything.
  async *listBlobs() {
    await nothing();
  },
};

export interface PollingScene {
  /** Returns the events of one poll; its state is kept for the next, through JSON. */
  poll(signal?: AbortSignal): Promise<readonly PolledEvent[]>;
  /** Lets time pass until the next poll is due. */
  pass(ms: number): void;
  /** Changes the trigger's options; the stored state stays. */
  change(options: JsonObject): void;
  readonly stateJson: string;
}

/** Calls one trigger's poller, poll by poll, as the engine does. */
export function createPolling(
  PollerClass: PollerClass,
  given: JsonObject,
  { http = NO_HTTP, probes = {}, settings = {} }: Reach,
): PollingScene {
  let options = PollerClass.parseOptions?.(given) ?? given;
  let stateJson: string | undefined;
  let due = Date.UTC(2026, 0, 1);
  const toSecret = (setting: string) => ({ value: settings[setting] ?? '' });
  return {
    async poll(signal = new AbortController().signal) {
      const result = await new PollerClass().poll({
        ...{ trigger: 'a-trigger', options, due, signal, logger: silent, http },
        state: stateJson === undefined ? undefined : (JSON.parse(stateJson) as Json),
        clock: { now: () => due },
        probes: { ...NO_PROBES, ...probes },
        readSecret: (setting, holds = 'a secret') => requireSetting(toSecret, setting, holds),
      });
      due += 30_000;
      if (result.state !== undefined) stateJson = JSON.stringify(result.state);
      return result.outcome === 'fire' ? result.events : [];
    },
    pass(ms) {
      due += ms;
    },
    change(other) {
      options = PollerClass.parseOptions?.(other) ?? other;
    },
    get stateJson() {
      return stateJson ?? '';
    },
  };
}

export interface PollingWorld extends World {
  /** Polls by a queue message, and executes the runs that follow. */
  poll(): Promise<void>;
  /** The inputs of the actor, run by run. */
  readonly inputs: readonly unknown[];
}

/** Creates the engine with a trigger `watch` of a poller; its actor records its inputs. */
export function createPollingWorld(
  PollerClass: PollerClass,
  options: JsonObject,
  { http = NO_HTTP, probes = {}, settings = {} }: Reach,
): PollingWorld {
  const inputs: unknown[] = [];
  class Note extends Actor {
    execute(input: unknown): void {
      inputs.push(input);
    }
  }
  const { name: poller } = new PollerClass();
  const poll = { poller, interval: '30s', with: options };
  const triggers = toTriggers({ name: 'watch', source: 'poll', actor: 'note', poll });
  const world = createWorld(triggers, defineActors({ note: Note }), {
    ...{ pollers: { [poller]: PollerClass }, http, settings },
    probes: { ...NO_PROBES, ...probes },
  });
  return {
    ...world,
    inputs,
    async poll() {
      const due = new Date(world.clock.now()).toISOString();
      const body = JSON.stringify({ kind: 'poll', trigger: 'watch', due });
      await world.queue.send([{ id: `poll:watch:${due}`, body }]);
      await world.drain();
      await world.clock.advance(30_000);
    },
  };
}
