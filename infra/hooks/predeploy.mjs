// Before the code is sent. `azd deploy` alone runs no other hook before; in `azd up` the package may
// still be in the making, which is why the check builds elsewhere.
import { installOrExit, runTypeScriptOrExit } from './run.mjs';

installOrExit();
runTypeScriptOrExit('infra/deploy-check.ts');
