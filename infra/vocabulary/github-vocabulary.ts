import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { ShapeWriter } from './shape-writer.ts';

/** GitHub's events: the actions of each, its payload and the types within, as notations of shapes. */
export interface WrittenVocabulary {
  readonly actions: Readonly<Record<string, string>>;
  readonly payloads: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, string>>;
}

/** The declarations of `@octokit/webhooks-types`, made from GitHub's schemas. */
const DECLARATIONS = fileURLToPath(
  new URL('../../node_modules/@octokit/webhooks-types/schema.d.ts', import.meta.url),
);

/** GitHub checks the webhook with it; no trigger gets it. */
const PING = 'ping';

export function readGitHubVocabulary(): WrittenVocabulary {
  const program = ts.createProgram([DECLARATIONS], { strict: true });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(DECLARATIONS);
  const map = file?.statements.find(
    (one) => ts.isInterfaceDeclaration(one) && one.name.text === 'EventPayloadMap',
  );
  if (!map) throw new Error('the declarations of GitHub have no EventPayloadMap');
  const writer = new ShapeWriter(checker);
  const actions: Record<string, string> = {};
  const payloads: Record<string, string> = {};
  for (const event of checker.getTypeAtLocation(map).getProperties()) {
    if (event.name === PING) continue;
    const payload = checker.getTypeOfSymbol(event);
    actions[event.name] = listActions(checker, payload).join(' ');
    payloads[event.name] = writer.writeFields([payload]);
  }
  return { actions, payloads, types: writer.types };
}

function listActions(checker: ts.TypeChecker, payload: ts.Type): readonly string[] {
  const variants = payload.isUnion() ? payload.types : [payload];
  const found = variants.flatMap((variant) => {
    const action = variant.getProperty('action');
    const type = action && checker.getTypeOfSymbol(action);
    if (!type) return [];
    return (type.isUnion() ? type.types : [type]).flatMap((one) =>
      one.isStringLiteral() ? [one.value] : [],
    );
  });
  return [...new Set(found)].sort();
}
