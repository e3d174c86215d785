import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { readAll } from '../../shared/heddle/composition/read-definitions.ts';
import type { Origin } from '../../shared/heddle/composition/read-origin.ts';
import type { Trigger } from '../../shared/heddle/domain/trigger.ts';
import { readReferences, toFaultText } from '../../shared/heddle/triggers/definitions/index.ts';
import { parseTimeSpan } from '../local/settings/time-span.ts';
import { type KnownToApp, loadUserApp } from '../user-app.ts';
import type { Finding, Outcome } from './finding.ts';
import { type Deployed, readDeployed, TRIGGERS_FILE } from './read-definitions.ts';

/** App Service accepts more, but the whole environment of a process must stay below about 64 KB. */
const MAX_ENCODED_BYTES = 48_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Checks that the triggers and sources to deploy are valid and fit into settings. */
export async function checkDefinitions(root: string, env: Environment): Promise<Outcome> {
  let deployed: Deployed;
  try {
    deployed = readDeployed(root, env);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return { findings: [{ file: 'azd env', what, fix: 'correct it' }], summary: '' };
  }
  const known = await loadUserApp(root);
  const found = await readAll(toOrigin(root, deployed), known);
  const bytes = toEncodedLength(deployed);
  return {
    findings: [
      ...found.faults.map((fault) =>
        toFinding(deployed, toFaultText(found.file, fault), 'correct it'),
      ),
      ...found.unquoted.map((fault) =>
        toFinding(deployed, toFaultText(found.file, fault), 'put it in quotes'),
      ),
      ...(deployed.yaml === undefined ? [] : findOtherReading(deployed.yaml)),
      ...findUntyped(deployed),
      ...findLong(root, found.triggers, deployed),
      ...findTooLarge(bytes, deployed),
    ],
    summary: [
      `${toCounts(found.triggers, deployed, known)}, ${bytes} bytes as settings`,
      ...found.warnings
        .filter((fault) => !found.unquoted.includes(fault))
        .map((fault) => `warning: ${toFaultText(found.file, fault)}`),
    ].join('; '),
  };
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
function toOrigin(root: string, { file, yaml, sources, triggers }: Deployed): Origin {
  const isFile = file === TRIGGERS_FILE && yaml !== undefined;
  if (isFile) return { path: join(root, TRIGGERS_FILE) };
  return { json: JSON.stringify({ sources, triggers }) };
}

/** Refuses values that YAML versions read differently, since Bicep has a YAML parser of its own. */
function findOtherReading(text: string): readonly Finding[] {
  const ours = JSON.stringify(parseDocument(text).toJS());
  const theirs = JSON.stringify(parseDocument(text, { version: '1.1' }).toJS());
  if (ours === theirs) return [];
  const what =
    'has a value that YAML 1.1, and so perhaps Bicep, reads otherwise: a bare date, yes, no, on, off or 0777';
  return [{ file: TRIGGERS_FILE, what, fix: 'put it in quotes' }];
}

/** Finds what infra/types.bicep requires beyond what the app does. */
function findUntyped(deployed: Deployed): readonly Finding[] {
  if (!Array.isArray(deployed.triggers)) {
    return [
      toFinding(deployed, 'has no list of triggers', 'write "triggers: []" where there is none'),
    ];
  }
  return toList(deployed.triggers).flatMap((trigger) => {
    const retry = trigger?.retry;
    if (typeof retry !== 'object' || retry === null || Object.hasOwn(retry, 'backoff')) return [];
    const what = `trigger ${String(trigger?.name)}: retry has no backoff, which tells its types apart in Bicep`;
    return [
      toFinding(deployed, what, 'add "backoff: exponential", which is the default, or "fixed"'),
    ];
  });
}

interface HostJson {
  readonly extensions: { readonly serviceBus: { readonly maxAutoLockRenewalDuration: string } };
}

interface Written {
  readonly name?: unknown;
  readonly retry?: unknown;
}

function toList(triggers: unknown): readonly (Written | null)[] {
  return Array.isArray(triggers) ? triggers : [];
}

/** Finds timeouts that outlast the host's renewal of a message's lock. */
function findLong(
  root: string,
  triggers: readonly Trigger[],
  deployed: Deployed,
): readonly Finding[] {
  const names = new Set(toList(deployed.triggers).map((trigger) => String(trigger?.name)));
  const { extensions } = JSON.parse(readFileSync(join(root, 'host.json'), 'utf8')) as HostJson;
  const renewed = extensions.serviceBus.maxAutoLockRenewalDuration;
  const limit = parseTimeSpan(renewed) ?? 0;
  return triggers
    .filter(({ name, timeout }) => names.has(name) && timeout >= limit)
    .map(({ name, timeout }) => {
      const what = `trigger ${name}: a timeout of ${timeout / 1000} s is not shorter than the maxAutoLockRenewalDuration ${renewed} of host.json`;
      return toFinding(deployed, what, 'shorten it, or let the actor go on in a run of its own');
    });
}

/** The length of the definitions as main.bicep encodes them. */
function toEncodedLength({ sources, triggers }: Deployed): number {
  const json = JSON.stringify({ sources, triggers });
  return Buffer.from(json).toString('base64').length;
}

function findTooLarge(bytes: number, deployed: Deployed): readonly Finding[] {
  if (bytes < MAX_ENCODED_BYTES) return [];
  const what = `the triggers take ${bytes} bytes of app settings, of which there are ${MAX_ENCODED_BYTES}`;
  return [toFinding(deployed, what, 'shorten descriptions and schemas, or deploy a second app')];
}
