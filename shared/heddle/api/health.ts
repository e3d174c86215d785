/** The outcome of the last try. */
export interface Outcome {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly ok: boolean;
  /** Why it failed. */
  readonly fault?: string;
}

/** A service or file that the app works with. */
export interface PartHealth {
  readonly name: string;
  readonly technology: string;
  /** `unused`: not configured, and nothing needs it. */
  readonly state: 'ok' | 'failing' | 'unused';
  readonly fault?: string;
}

export interface SourceHealth {
  readonly name: string;
  readonly kind: string;
  /**
   * `refusing`: every delivery is refused. `failing`: the last one could not be verified now.
   * `unused`: it has no secret, and no trigger needs it. `disabled`: its deliveries are refused, as its
   * definition says.
   */
  readonly state: 'ready' | 'refusing' | 'failing' | 'unused' | 'disabled';
  readonly fault?: string;
  /** Of a disabled source: the triggers that get nothing from it, if any. */
  readonly triggers?: readonly string[];
}

export interface ScheduleHealth {
  /** Count of triggers with a schedule, and of those that poll. */
  readonly schedules: number;
  readonly pollers: number;
  /** When schedules were last looked at. ISO 8601, UTC. */
  readonly lastTick?: string;
  /** Schedules and polls stand still, by `HEDDLE_SCHEDULING`. */
  readonly scheduling?: 'off';
}

/** Something about the triggers that is probably not meant. */
export interface Warning {
  /** With file, line and what to write instead. */
  readonly text: string;
  /** The trigger that it is about, if it is about one. */
  readonly trigger?: string;
}

export interface Health {
  /** `unhealthy`, answered 503: deliveries are refused, or nothing is received. */
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** Each fault, with what to do about it. */
  readonly reasons: readonly string[];
  /** What is probably not meant in the triggers, with what to write instead. Absent: nothing. */
  readonly warnings?: readonly string[];
  /** Count of loaded triggers. */
  readonly triggers: number;
  /** Count of messages that are due or in progress: not those planned for later. */
  readonly queued?: number;
  /** Count of messages planned for later: retries, fires, polls, ends of windows. */
  readonly planned?: number;
  /** Seconds for which the oldest message has been due that nobody handles; 0: none. */
  readonly lagSeconds?: number;
  readonly lastWrite?: Outcome;
  readonly lastReceive?: Outcome;
  /** When the last message came. ISO 8601, UTC. */
  readonly lastMessage?: string;
  readonly parts?: readonly PartHealth[];
  readonly sources?: readonly SourceHealth[];
  readonly timed?: ScheduleHealth;
}

/** A fault that was found. */
export interface Finding {
  readonly text: string;
  /** Deliveries are refused, or nothing is received. */
  readonly isFatal?: boolean;
}

/** Judges the app by what was found. */
export function toHealth(
  findings: readonly Finding[],
  facts: Omit<Health, 'status' | 'reasons'>,
): Health {
  const reasons = [...new Set(findings.map(({ text }) => text))];
  return { status: toStatus(findings), reasons, ...facts };
}

function toStatus(findings: readonly Finding[]): Health['status'] {
  if (findings.some(({ isFatal }) => isFatal)) return 'unhealthy';
  return findings.length === 0 ? 'healthy' : 'degraded';
}
