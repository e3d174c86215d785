/** Files that a user adds: an actor, a poller, an event, an endpoint, a test, and triggers of their own. */
export const USERS_FILES: Readonly<Record<string, string>> = {
  'shared/app/actors/greeter.ts': `import ms from 'ms';
import { z } from 'zod';
import { Actor } from 'heddle';
import { userGreeted } from '../events/user-greeted.ts';

export class Greeter extends Actor {
  static override readonly input = z.object({
    issue: z.object({ title: z.string(), user: z.object({ login: z.string() }) }),
  });

  async execute({ issue }: z.infer<typeof Greeter.input>) {
    await this.context.emit(userGreeted, { login: issue.user.login });
    return { text: "Thank you, " + issue.user.login, waits: ms("2 days") };
  }
}
`,
  'shared/app/actors/counter.ts': `import { Actor } from 'heddle';

export class Counter extends Actor {
    execute() { return { counted : this.context.triggerContext.eventType } }
}
`,
  'shared/app/events/user-greeted.ts': `import { z } from 'zod';
import { defineEvent } from 'heddle';

export const userGreeted = defineEvent({
  name: 'user.greeted',
  source: 'greeter',
  schema: z.object({ login: z.string() }),
});
`,
  'shared/app/pollers/inbox.ts': `import { fire, Poller, skip, type PollContext } from 'heddle';

export class Inbox extends Poller {
  override readonly name = 'inbox';
  override readonly pollInterval = '1s';

  override async poll({ state }: PollContext) {
    return state === undefined ? fire({ letters: 1 }, { state: { seen: 1 } }) : skip();
  }
}
`,
  'shared/app/heddle.config.ts': `import { defineApp } from 'heddle';

export default defineApp({
  endpoints: {
    orders: { filter: (payload) => (payload as { total?: number }).total !== 0 },
  },
});
`,
  'infra/triggers.yaml': `sources:
  orders:
    kind: custom
    secrets: [ORDERS_SECRET]
    auth: { kind: apiKey, in: header, name: x-api-key }
    idPath: id
    typePath: type
triggers:
  - { name: greet, source: github, eventType: issues.opened, actor: greeter }
  - { name: count-greeted, source: emit, eventType: user.greeted, actor: counter }
  - { name: count-orders, source: orders, eventType: '*', actor: counter }
  - { name: letters, source: poll, actor: counter, poll: { poller: inbox } }
`,
  'test/app/greeter.test.ts': `import { expect, it } from 'vitest'
import { runActor } from 'heddle/testing'
import { Greeter } from '../../shared/app/actors/greeter.ts'

it('thanks whoever opened the issue', async () => {
  const { output, emitted } = await runActor(Greeter, {
    input: { issue: { title: 'A bug', user: { login: 'ada' } } },
  })
  expect(output).toMatchObject({ text: 'Thank you, ada' })
  expect(emitted).toHaveLength(1)
})
`,
};
