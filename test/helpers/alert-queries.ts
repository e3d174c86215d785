import { join, resolve } from 'node:path';
import { findDeclarations, readBicep, readLiteral } from '../../infra/deploy/bicep.ts';

const root = resolve(import.meta.dirname, '../..');

export interface AlertQuery {
  readonly name: string;
  readonly description: string;
  readonly query: string;
}

/** Reads the queries that the template makes alerts of. */
export async function readAlertQueries(): Promise<readonly AlertQuery[]> {
  const file = await readBicep(join(root, 'infra/app/alerts.bicep'));
  const queries = findDeclarations(file, 'variable').find(({ name }) => name === 'queries');
  const array = queries?.node.descendantsOfType('array')[0];
  return array ? (readLiteral(array) as readonly AlertQuery[]) : [];
}

/** A metric as it arrives: the columns `Name`, `Sum` and `Properties` of its row. */
export interface MetricRow {
  readonly name: string;
  readonly sum: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Creates the filter of a query's first `where`. Throws where it has other conditions than these. */
export function toRowFilter(query: string): (row: MetricRow) => boolean {
  const where = /\| where (.+?)(?: \||$)/.exec(query)?.[1] ?? '';
  const conditions = where.split(' and ').map(toCondition);
  return (row) => conditions.every((holds) => holds(row));
}

function toCondition(text: string): (row: MetricRow) => boolean {
  const found = /^(Name|tostring\(Properties\.(\w+)\)) (==|!=) "([\w.-]+)"$/.exec(text);
  if (!found) throw new Error(`the condition ${text} is not understood here`);
  const [, , attribute, operator, value] = found;
  return ({ name, properties }) => {
    const actual = attribute === undefined ? name : String(properties[attribute] ?? '');
    return (actual === value) === (operator === '==');
  };
}
