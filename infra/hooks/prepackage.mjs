// First of all, and alone: azd then runs preprovision and its own `npm install` at the same time, and
// has nothing left to install.
import { installOrExit } from './run.mjs';

installOrExit();
