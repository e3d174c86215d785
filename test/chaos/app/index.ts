import { registerFunctions } from '../../../functions/register.ts';
import { defineActors } from '../../../shared/heddle/actors/actor.ts';
import { openApp } from '../../../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import { readMode } from '../../../shared/heddle/config/mode.ts';
import { plain } from '../../fixtures/plain-parts.ts';
import { Brief, Fast, Flaky, Sleeper } from './innocents.ts';
import { Blocks, Exits, FillsMemory, Rejects, ThrowsLater } from './killers.ts';

const actors = defineActors({
  ...{ fast: Fast, brief: Brief, sleeper: Sleeper, flaky: Flaky },
  ...{ exits: Exits, 'throws-later': ThrowsLater, rejects: Rejects },
  ...{ 'fills-memory': FillsMemory, blocks: Blocks },
});
const config = loadConfig(process.env);
registerFunctions(() => openApp(config, { ...plain, actors }), readMode(process.env));
