import { app as host } from '@azure/functions';
import { registerFunctions } from '../../../functions/register.ts';
import { Actor, defineActors } from '../../../shared/heddle/actors/actor.ts';
import { openApp } from '../../../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import { readMode } from '../../../shared/heddle/config/mode.ts';

/** The function app of the latency row. Its one actor records when it ends. */

const finished = new Map<string, number>();

class Finish extends Actor {
  execute(): void {
    const { eventId } = this.context.triggerContext;
    // Microseconds of the monotonic clock, which all processes of a machine share.
    finished.set(eventId, Number(process.hrtime.bigint() / 1000n));
  }
}

const config = { ...loadConfig(process.env), triggersFile: 'triggers.yaml' };
const actors = defineActors({ finish: Finish });
registerFunctions(() => openApp(config, { actors }), readMode(process.env));

host.http('finished', {
  route: 'finished',
  methods: ['GET'],
  handler: async () => ({ jsonBody: Object.fromEntries(finished) }),
});
