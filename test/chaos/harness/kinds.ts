/** A kind of event, which is its type too, and what it must lead to. */
export interface Kind {
  readonly type: string;
  /** The triggers of app/triggers.yaml that match it. */
  readonly triggers: readonly string[];
  /** True: its run ends or blocks the process, and may fail. */
  readonly isKiller: boolean;
}

function innocent(type: string, triggers: readonly string[] = [type]): Kind {
  return { type, triggers, isKiller: false };
}

function killer(type: string): Kind {
  return { type, triggers: [type], isKiller: true };
}

export const INNOCENTS: readonly Kind[] = [
  innocent('fast', ['fast-a', 'fast-b']),
  innocent('brief'),
  innocent('sleeper'),
  innocent('flaky'),
  innocent('limited'),
];

/** How often each of {@link INNOCENTS} is drawn. */
export const SHARES = [0.4, 0.25, 0.1, 0.1, 0.15];

export const KILLERS = ['exits', 'throws_later', 'rejects', 'fills_memory'].map(killer);

export const BLOCKER = killer('blocks');
