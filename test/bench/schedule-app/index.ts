import { app as host } from '@azure/functions';
import { registerFunctions } from '../../../functions/register.ts';
import { Actor, defineActors } from '../../../shared/heddle/actors/actor.ts';
import { openApp } from '../../../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import { readMode } from '../../../shared/heddle/config/mode.ts';

/**
 * The function app of the schedule row. Its one actor records when it starts, and when it should.
 */

const began: { readonly due: number; readonly at: number }[] = [];

class Note extends Actor {
  execute({ scheduledTime }: { readonly scheduledTime: string }): void {
    began.push({ due: Date.parse(scheduledTime), at: Date.now() });
  }
}

const config = { ...loadConfig(process.env), triggersFile: 'triggers.yaml' };
const actors = defineActors({ note: Note });
registerFunctions(() => openApp(config, { actors }), readMode(process.env));

host.http('began', {
  route: 'began',
  methods: ['GET'],
  handler: async () => ({ jsonBody: began }),
});
