import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { registerFunctions } from '../../../functions/register.ts';
import { Actor, defineActors } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { fire, type PollContext, Poller } from '../../../shared/heddle/actors/poller.ts';
import { openApp } from '../../../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import { readMode } from '../../../shared/heddle/config/mode.ts';

/** The function app behind the data folders: only here do their tests know the product's code. */

const { JOURNAL_FILE = '', RELEASE_FILE = '', POLLS_HANG = '' } = process.env;

function note(line: object): void {
  appendFileSync(JOURNAL_FILE, `${JSON.stringify(line)}\n`);
}

const isReleased = () => existsSync(RELEASE_FILE);

/** Notes every execution, so that tests can count them. */
abstract class Noted extends Actor {
  execute(input: object): unknown {
    const { runId, triggerContext } = this.context;
    const { triggerName: trigger, eventId, attempt } = triggerContext;
    const { text } = input as { text?: string };
    note({ runId, trigger, eventId, attempt, text, state: this.state });
    return this.work(input);
  }

  protected abstract work(input: object): unknown;
}

/** Gives back what it was given. */
class Note extends Noted {
  protected work(input: object) {
    return { noted: input };
  }
}

/** Saves a state, then waits for the release; its output has the state of all attempts. */
class Hold extends Noted {
  protected async work(input: object) {
    const { began = [] } = this.state as { began?: number[] };
    this.updateState({ began: [...began, this.context.triggerContext.attempt] });
    await this.saveState();
    while (!isReleased()) {
      this.context.signal.throwIfAborted();
      await wait(10);
    }
    return { noted: input, state: this.state };
  }
}

/** Fails until the release. */
class Fail extends Noted {
  protected work(input: object) {
    if (!isReleased()) throw new Error('the service is down');
    return { mended: input };
  }
}

class FailFirst extends Noted {
  protected work() {
    const { attempt } = this.context.triggerContext;
    if (attempt === 1) throw new Error('come again');
    return { attempt };
  }
}

/** Until the release it ends the process, as one does that runs out of memory. */
class Die extends Noted {
  protected work() {
    if (!isReleased()) process.kill(process.pid, 'SIGKILL');
    return 'survived';
  }
}

/** Fires each time, with a number that only its state tells. */
class Counting extends Poller {
  override readonly name = 'counting';

  override poll({ state }: PollContext) {
    const n = Number(state ?? 0) + 1;
    return fire({ n }, { state: n });
  }
}

/** Fires each time. Where polls are to hang it never returns: its process is killed in the midst of it. */
class Hanging extends Poller {
  override readonly name = 'hanging';

  override async poll({ due, trigger }: PollContext) {
    const eventId = `${trigger}:${new Date(due).toISOString()}:0`;
    if (POLLS_HANG !== '') note({ runId: 'none', trigger, eventId, attempt: 0 });
    while (POLLS_HANG !== '') await wait(10);
    return fire({ due });
  }
}

class Ailing extends Poller {
  override readonly name = 'ailing';

  override poll(): never {
    throw new Error('nobody answers');
  }
}

const runtime = createRuntime();
runtime.registerPoller(Counting);
runtime.registerPoller(Hanging);
runtime.registerPoller(Ailing);
const actors = defineActors({
  ...{ note: Note, hold: Hold, fail: Fail },
  ...{ 'fail-first': FailFirst, die: Die },
});
const config = loadConfig(process.env);
registerFunctions(() => openApp(config, { actors, runtime }), readMode(process.env));
