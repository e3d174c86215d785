// After the code is there.
import { runSteps, steps } from './postdeploy-steps.mjs';

await runSteps(steps);
