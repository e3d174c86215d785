/** The part of a path of Babel that is read here. */
interface Path {
  readonly key: unknown;
  readonly listKey?: string | undefined;
  readonly parent: { readonly type: string; readonly callee?: Callee };
}

interface Callee {
  readonly name?: string;
  /** `logger.warn`, `engine.logger.warn` */
  readonly object?: { readonly name?: string; readonly property?: { readonly name?: string } };
}

const REASON = 'The wording of a log or of an error is no behaviour.';

/** Plugin of Stryker: leaves out what a log or an error says; codes, and a log's fields, stay in. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'wording',
    value: { shouldIgnore: (path: Path) => (isWording(path) ? REASON : undefined) },
  },
];

function isWording({ key, listKey, parent: { type, callee } }: Path): boolean {
  if (listKey !== 'arguments') return false;
  if (type === 'NewExpression' && callee?.name?.endsWith('Error')) {
    return key === (callee.name === 'Error' ? 0 : 1);
  }
  const isLog = callee?.object?.name === 'logger' || callee?.object?.property?.name === 'logger';
  return type === 'CallExpression' && isLog && key === 0;
}
