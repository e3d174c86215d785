import type { Outcome } from './finding.ts';
import { readJson } from './read-json.ts';

const FILE = 'host.json';

/** As the Functions host renews locks where host.json says nothing. */
const DEFAULT_RENEWAL = '00:05:00';

interface HostJson {
  readonly extensions?: {
    readonly http?: { readonly routePrefix?: string };
    readonly serviceBus?: { readonly maxAutoLockRenewalDuration?: string };
  };
}

/** Checks that the routes in Azure are those that the outputs, the senders and the alerts name. */
export function checkHost(root: string): Outcome {
  const prefix = readJson<HostJson>(root, FILE).extensions?.http?.routePrefix ?? 'api';
  if (prefix === '') return { findings: [], summary: 'routes without a prefix' };
  const what = `the routePrefix is "${prefix}" ("api" where there is none), so /webhooks is not found`;
  return {
    findings: [{ file: FILE, what, fix: 'set extensions.http.routePrefix to ""' }],
    summary: '',
  };
}

/** How long the host renews the lock of a message. */
export function readLockRenewal(root: string): string {
  const { serviceBus } = readJson<HostJson>(root, FILE).extensions ?? {};
  return serviceBus?.maxAutoLockRenewalDuration ?? DEFAULT_RENEWAL;
}
