import { join } from 'node:path';
import { createAddressGuard } from '../../shared/heddle/adapters/http/address-guard.ts';
import { readAll } from '../../shared/heddle/composition/read-definitions.ts';
import type { Origin } from '../../shared/heddle/composition/read-origin.ts';
import type { Trigger } from '../../shared/heddle/domain/trigger.ts';
import { readReferences, toFaultText } from '../../shared/heddle/triggers/definitions/index.ts';
import { parseTimeSpan } from '../local/settings/time-span.ts';
import { type KnownToApp, loadUserApp } from '../user-app.ts';
import { readLockRenewal } from './check-host.ts';
import { findTooLarge } from './definitions-size.ts';
import type { Finding, Outcome } from './finding.ts';
import { type Deployed, isParts, readDeployed, TRIGGERS_FILE } from './read-definitions.ts';
import { encodeDefinitions, isProvisioned } from './resolve-definitions.ts';
import { findChanged, findOtherReading, findUnsent } from './sent-definitions.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Checks that the triggers and sources to deploy are valid and fit into settings. */
export async function checkDefinitions(root: string, env: Environment): Promise<Outcome> {
  let deployed: Deployed;
  try {
    deployed = await readDeployed(root, env);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const file = isMissing ? TRIGGERS_FILE : 'azd env';
    const fix = isMissing ? 'write "triggers: []" where there is none' : 'correct it';
    return { findings: [{ file, what, fix }], summary: '' };
  }
  const known = await loadUserApp(root);
  const found = await readAll(toOrigin(root, deployed), known);
  const encoded = encodeDefinitions(deployed.value);
  const doubts = await found.doubt({ isDeployed: true, mayReach: readAllowed(env) });
  return {
    findings: [
      ...found.faults.map((fault) =>
        toFinding(deployed, toFaultText(found.file, fault), 'correct it'),
      ),
      ...found.unquoted.map((fault) =>
        toFinding(deployed, toFaultText(found.file, fault), 'put it in quotes'),
      ),
      ...(isUnread(deployed) ? [] : deployed.texts.flatMap(findOtherReading)),
      ...findUntyped(deployed),
      ...findLong(root, found.triggers, deployed),
      ...findChanged(deployed, encoded),
      ...findTooLarge(deployed, encoded.length),
      ...findUnsent(root),
    ],
    summary: [
      `${toCounts(found.triggers, deployed, known)}, ${encoded.length} bytes as settings`,
      ...toStaleWarning(encoded, env),
      ...found.warnings
        .filter((fault) => !found.unquoted.includes(fault))
        .map((fault) => `warning: ${toFaultText(found.file, fault)}`),
    ].join('; '),
    warnings: doubts.map((fault) => toFaultText(found.file, fault)),
  };
}

/** The hosts inside that the deployment lets requests go to. A value that is no list has its fault. */
function readAllowed({ HTTP_ALLOW_JSON = '' }: Environment): (host: string) => boolean {
  try {
    const hosts: unknown = JSON.parse(HTTP_ALLOW_JSON || '[]');
    return createAddressGuard(Array.isArray(hosts) ? hosts.map(String) : []).isNameAllowed;
  } catch {
    return () => true;
  }
}

/** Counts triggers in code separately: they are deployed with the app, not as settings. */
function toCounts(
  triggers: readonly Trigger[],
  { file }: Deployed,
  { runtime }: KnownToApp,
): string {
  const names = new Set((runtime?.toTriggers() ?? []).map((one) => readReferences(one).name));
  const written = triggers.filter(({ name }) => !names.has(name)).length;
  const inCode = triggers.length - written;
  return `${written} triggers of ${file}${inCode === 0 ? '' : ` and ${inCode} in code`}`;
}

function toFinding({ file }: Deployed, what: string, fix: string): Finding {
  return { file, what, fix };
}

/** Prefers the file where it is used as a whole, because its faults have lines. */
function toOrigin(root: string, { file, read, value }: Deployed): Origin {
  if (read) return { path: join(root, TRIGGERS_FILE) };
  return { json: JSON.stringify(value), name: file };
}

/** Definitions reach Azure by `azd provision`, and not by `azd deploy` alone. */
function toStaleWarning(encoded: string, env: Environment): readonly string[] {
  if (isProvisioned(encoded, env) ?? true) return [];
  return ['warning: they differ from those of the last azd provision, and only another sends them'];
}

/** Finds what infra/types.bicep requires beyond what the app does. */
function findUntyped(deployed: Deployed): readonly Finding[] {
  if (!hasNoList(deployed)) return [];
  return [
    toFinding(deployed, 'has no list of triggers', 'write "triggers: []" where there is none'),
  ];
}

/** A file may leave triggers out, but neither be empty nor have no list under the word. */
function hasNoList(deployed: Deployed): boolean {
  const { value } = deployed;
  if (isUnread(deployed)) return false;
  if (!isParts(value)) return true;
  return 'triggers' in value && !Array.isArray(value.triggers);
}

/** Whether the file is no YAML, which its faults say. */
function isUnread({ read }: Deployed): boolean {
  return read !== undefined && 'faults' in read;
}

interface Written {
  readonly name?: unknown;
}

function toList({ value }: Deployed): readonly (Written | null)[] {
  return isParts(value) && Array.isArray(value.triggers) ? value.triggers : [];
}

/** Finds timeouts that outlast the host's renewal of a message's lock. */
function findLong(
  root: string,
  triggers: readonly Trigger[],
  deployed: Deployed,
): readonly Finding[] {
  const names = new Set(toList(deployed).map((trigger) => String(trigger?.name)));
  const renewed = readLockRenewal(root);
  const limit = parseTimeSpan(renewed) ?? 0;
  return triggers
    .filter(({ name, timeout }) => names.has(name) && timeout >= limit)
    .map(({ name, timeout }) => {
      const what = `trigger ${name}: a timeout of ${timeout / 1000} s is not shorter than the maxAutoLockRenewalDuration ${renewed} of host.json`;
      return toFinding(deployed, what, 'shorten it, or let the actor go on in a run of its own');
    });
}
