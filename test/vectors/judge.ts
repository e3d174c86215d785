import type { VectorCase } from '../helpers/sources.ts';

/** The host's response, and the events that the request left. */
export interface Observed {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly events: readonly { readonly id: string; readonly type: string }[];
}

type Judged = VectorCase & {
  readonly source: string;
  readonly respond?: { readonly headers?: Readonly<Record<string, string>> };
  readonly expected?: { readonly count?: number; readonly eventTypes?: readonly string[] };
};

/** Lists everything in which the product disagrees with a case; empty when they agree. */
export function findDisagreements(one: Judged, seen: Observed): readonly string[] {
  const verdict = toVerdict(seen);
  if (verdict !== one.expect) return [`expected ${one.expect}, was ${verdict} (${seen.status})`];
  return [
    ...compare('status', one.status, seen.status),
    ...(one.expect === 'handshake' ? compareReply(one, seen) : compareEvents(one, seen)),
  ];
}

/** A 2xx without an event is a handshake, which starts nothing. */
function toVerdict({ status, events }: Observed): VectorCase['expect'] {
  if (status < 200 || status > 299) return 'reject';
  return events.length > 0 ? 'accept' : 'handshake';
}

function compareReply({ respond }: Judged, seen: Observed): readonly string[] {
  const headers = Object.entries(respond?.headers ?? {}).flatMap(([name, value]) =>
    name === 'Allow' ? [] : compare(`header ${name}`, value, seen.headers[name.toLowerCase()]),
  );
  const json = typeof respond?.json === 'object' ? JSON.stringify(respond.json) : undefined;
  return [
    ...compare('status', respond?.status, seen.status),
    ...headers,
    ...compare('body', json, seen.body),
  ];
}

function compareEvents({ source, expected }: Judged, { events }: Observed): readonly string[] {
  const types = expected?.eventTypes ?? toTypes(source, expected?.eventType);
  return [
    ...compare('events', expected?.count, events.length === 0 ? undefined : events.length),
    ...compare(
      'types',
      types?.toSorted().join(),
      events
        .map(({ type }) => type)
        .toSorted()
        .join(),
    ),
    ...compareId(expected?.dedupeId, events[0]?.id ?? ''),
  ];
}

/**
 * Removes the source from a type: `stripe.charge.refunded` is `charge.refunded`. SNS carries
 * CloudWatch.
 */
function toTypes(source: string, eventType: string | undefined): readonly string[] | undefined {
  if (eventType === undefined) return undefined;
  const isCloudEvent = source === 'cloudevents';
  return [isCloudEvent ? eventType : eventType.replace(/^[a-z]+\./, '')];
}

/**
 * Accepts alternatives (`a or b`) and parts of our ids (`<connection>|<id>`), as the files name
 * them.
 */
function compareId(expected: string | undefined, found: string): readonly string[] {
  if (expected === undefined || expected.includes(found) || found.includes(expected)) return [];
  return compare('event id', expected, found);
}

function compare(what: string, expected: unknown, found: unknown): readonly string[] {
  if (expected === undefined || expected === found) return [];
  return [`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`];
}
