import { readAll } from '../../shared/heddle/composition/read-definitions.ts';
import type { Fault } from '../../shared/heddle/domain/fault.ts';
import { toFailureActor } from '../../shared/heddle/domain/on-failure-schema.ts';
import { toFaultText } from '../../shared/heddle/triggers/definitions/index.ts';
import type { KnownToApp } from '../user-app.ts';

/** The result of checking a triggers file. */
export interface Report {
  readonly file: string;
  readonly isSound: boolean;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
  /** Names of valid triggers, in file order. */
  readonly triggers: readonly string[];
  /** Sources that triggers use, in the order of first use. */
  readonly sources: readonly string[];
  readonly actors: readonly string[];
}

/**
 * Reads a triggers file as the app does at its start, and starts nothing.
 * @param known the actors, kinds of sources and code of the app
 */
export async function validateFile(path: string, known: KnownToApp): Promise<Report> {
  const { triggers, faults, warnings: hints, doubt } = await readAll({ path }, known);
  const warnings = [...hints, ...(await doubt())].toSorted((a, b) => a.line - b.line);
  const actors = triggers.flatMap(({ actor, onFailure }) => [
    actor,
    toFailureActor(onFailure)?.actor ?? actor,
  ]);
  return {
    file: path,
    isSound: faults.length === 0,
    ...{ faults, warnings },
    triggers: triggers.map(({ name }) => name),
    sources: [...new Set(triggers.map(({ source }) => source))],
    actors: [...new Set(actors)],
  };
}

/** Formats one line per fault and warning, and a last one as summary. */
export function toText({ file, faults, warnings, ...found }: Report): string {
  const lines = [
    ...faults.map((fault) => toFaultText(file, fault)),
    ...warnings.map((fault) =>
      toFaultText(file, { ...fault, message: `warning: ${fault.message}` }),
    ),
  ];
  return [...lines, toSummary(file, faults.length, found)].join('\n');
}

function toSummary(
  file: string,
  faults: number,
  { triggers, sources, actors }: Pick<Report, 'triggers' | 'sources' | 'actors'>,
): string {
  if (faults > 0) return `${file} has ${count(faults, 'fault')}.`;
  const used = `sources: ${sources.join(', ') || 'none'}; actors: ${actors.join(', ') || 'none'}`;
  return `${file} is sound: ${count(triggers.length, 'trigger')}; ${used}.`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
