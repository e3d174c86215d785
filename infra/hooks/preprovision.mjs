// Before resources are made or changed. `azd provision` alone runs no prepackage hook.
import { makeSecrets } from './make-secrets.mjs';
import { installOrExit, runTypeScriptOrExit } from './run.mjs';

installOrExit();
try {
  makeSecrets();
} catch (error) {
  // Nothing is deployed without them that would work with them: the next deployment makes them.
  console.error(`No secrets were made: ${error.message}.`);
}
runTypeScriptOrExit('infra/deploy-check.ts');
runTypeScriptOrExit('infra/resolve-definitions.ts');
