import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type BicepCli,
  findBicepCli,
  isOlder,
  type NoBicepCli,
  runBicep,
  SNAPSHOT_VERSION,
} from './bicep-cli.ts';
import type { Finding, Outcome } from './finding.ts';

const FILE = 'infra/main.bicep';
const TO_GET_IT = 'az bicep install, or set BICEP to its path';

interface Options {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Makes it a fault that there is no compiler. */
  readonly isRequired: boolean;
}

/**
 * Compiles and lints the template as `azd provision` does. Each warning is a fault, but not one of the linter
 * of a newer compiler than the template was written for: a new rule must not stop a deployment.
 */
export function checkCompiled(root: string, { env, isRequired }: Options): Outcome {
  const cli = findBicepCli(env);
  if ('why' in cli) return toMissing(cli, isRequired);
  const { findings, warnings } = compile(cli, root);
  const summary = `by Bicep ${cli.version}`;
  if (!isOlder(SNAPSHOT_VERSION, cli.version)) {
    return { findings: [...findings, ...warnings], summary };
  }
  return { findings, summary, warnings: warnings.map(({ file, what }) => `${file}: ${what}`) };
}

function toMissing({ why, isAsked }: NoBicepCli, isRequired: boolean): Outcome {
  if (isRequired || isAsked) {
    return { findings: [{ file: FILE, what: why, fix: TO_GET_IT }], summary: '' };
  }
  return { findings: [], summary: `not run: ${why} (${TO_GET_IT})` };
}

/** Where the compiler writes its findings: https://docs.oasis-open.org/sarif/sarif/v2.1.0 */
interface Sarif {
  readonly runs: readonly { readonly results: readonly SarifResult[] }[];
}

interface SarifResult {
  readonly ruleId: string;
  readonly level?: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  }[];
}

/** Compiles main.bicep. `template` is its JSON, absent where it has errors. */
export function compile(cli: BicepCli, root: string) {
  const args = ['build', FILE, '--stdout', '--no-restore', '--diagnostics-format', 'sarif'];
  const { isDone, stdout, stderr } = runBicep(cli, args, root);
  const results = readSarif(stderr);
  if (!isDone && results.length === 0) throw new Error(stderr.trim() || 'Bicep failed');
  const isAdvice = ({ level, ruleId }: SarifResult) =>
    level === 'warning' && !ruleId.startsWith('BCP');
  const toFindings = (some: readonly SarifResult[]) => some.map((one) => toFinding(one, root));
  return {
    findings: toFindings(results.filter((one) => !isAdvice(one))),
    warnings: toFindings(results.filter(isAdvice)),
    template: isDone ? (JSON.parse(stdout) as unknown) : undefined,
  };
}

function readSarif(text: string): readonly SarifResult[] {
  const start = text.indexOf('{');
  if (start < 0) return [];
  const { runs } = JSON.parse(text.slice(start)) as Sarif;
  return runs.flatMap(({ results }) => results);
}

function toFinding({ ruleId, message, locations }: SarifResult, root: string): Finding {
  const place = locations[0]?.physicalLocation;
  const path = place ? relative(root, fileURLToPath(place.artifactLocation.uri)) : FILE;
  return {
    file: `${path}:${place?.region.startLine ?? 1}`,
    what: `${ruleId}: ${message.text.replace(/\s*\[https:[^\]]*\]$/, '').replace(/\.$/, '')}`,
    fix: ruleId.startsWith('BCP')
      ? 'correct it'
      : 'correct it, or turn the rule off in infra/bicepconfig.json with the reason',
  };
}
