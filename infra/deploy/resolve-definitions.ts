import { createHash } from 'node:crypto';
import { isParts, readDeployed, toFirstFault } from './read-definitions.ts';

/**
 * The definitions on their way into app settings. Bicep's reader of YAML is another than the app's:
 * it takes 1_000 for a number, loses the end of a block in a file with CRLF, mangles emoji, and
 * reads one file. azd parses JSON into doubles, and a template engine follows. So the app's own
 * reading is encoded here once, and passes all of them as a text of letters and digits.
 */

/** Windows passes on at most 32,767 characters in a variable. */
const MAX_VARIABLE_CHARS = 24_000;

/** The settings of the azd environment that main.parameters.json hands to main.bicep. */
export interface DefinitionVariables {
  readonly DEFINITIONS_B64: string;
  readonly DEFINITIONS_B64_2: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Resolves what the triggers file and the azd environment say to what arrives in Azure.
 * @param env the azd environment
 * @throws {SyntaxError} where they cannot be read: `deploy:check` names every fault
 */
export async function resolveDefinitions(
  root: string,
  env: Environment,
): Promise<DefinitionVariables> {
  const { value, read, file } = await readDeployed(root, env);
  if (read && 'faults' in read) {
    throw new SyntaxError(`${toFirstFault(read.faults)}: npm run deploy:check`);
  }
  if (!isParts(value)) {
    throw new SyntaxError(`${file} has no parts: write "triggers: []" where there is none`);
  }
  return toVariables(encodeDefinitions(value));
}

/** Encodes definitions as `loadConfig` decodes them. */
export function encodeDefinitions(value: unknown): string {
  return Buffer.from(JSON.stringify(value ?? {})).toString('base64');
}

export function toVariables(encoded: string): DefinitionVariables {
  return {
    DEFINITIONS_B64: encoded.slice(0, MAX_VARIABLE_CHARS),
    DEFINITIONS_B64_2: encoded.slice(MAX_VARIABLE_CHARS),
  };
}

/** Whether the last provision that succeeded sent these; undefined: there was none. */
export function isProvisioned(encoded: string, env: Environment): boolean | undefined {
  const sent = env.DEFINITIONS_PROVISIONED ?? '';
  if (sent === '') return undefined;
  return sent === createHash('sha256').update(encoded).digest('hex');
}

/** What the azd environment holds since the last `preprovision`; empty: nothing yet. */
export function readHandedOn(env: Environment): string {
  const { DEFINITIONS_B64 = '', DEFINITIONS_B64_2 = '' } = env;
  return `${DEFINITIONS_B64}${DEFINITIONS_B64_2}`;
}
