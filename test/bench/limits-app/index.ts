import { app as host } from '@azure/functions';
import { registerFunctions } from '../../../functions/register.ts';
import { Actor, defineActors } from '../../../shared/heddle/actors/actor.ts';
import { openApp } from '../../../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import { readMode } from '../../../shared/heddle/config/mode.ts';

/** The function app of the limits row: a trigger with a limit beside one without. */

const finished = { limited: 0, free: 0 };

class Limited extends Actor {
  async execute(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 30));
    finished.limited++;
  }
}

class Free extends Actor {
  execute(): void {
    finished.free++;
  }
}

const config = { ...loadConfig(process.env), triggersFile: 'triggers.yaml' };
const actors = defineActors({ limited: Limited, free: Free });
registerFunctions(() => openApp(config, { actors }), readMode(process.env));

host.http('finished', {
  route: 'finished',
  methods: ['GET'],
  handler: async () => ({ jsonBody: finished }),
});
