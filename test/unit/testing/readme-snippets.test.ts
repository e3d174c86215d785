import type { IssuesOpenedEvent } from '@octokit/webhooks-types';
import { Actor, fire, type PollContext, Poller, skip } from 'heddle';
import {
  createTestApp,
  explainTrigger,
  type HeddleMatchers,
  heddleMatchers,
  pollOnce,
  runActor,
} from 'heddle/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';

class Greeter extends Actor {
  static override readonly input = z.object({ sender: z.object({ login: z.string() }) });

  async execute({ sender }: z.infer<typeof Greeter.input>) {
    this.updateState({ greeted: sender.login });
    await this.context.emit('user.greeted', { login: sender.login });
    return { text: `Hello ${sender.login}` };
  }
}

it('greets who has sent the event', async () => {
  const event = { source: 'github', type: 'issues.opened' };
  const { output, state, emitted } = await runActor(Greeter, { event });
  expect(output.text).toBe('Hello Codertocat');
  expect(state).toEqual({ greeted: 'Codertocat' });
  expect(emitted).toMatchObject([{ type: 'user.greeted' }]);
});

it('wants a sender', async () => {
  const refused = runActor(Greeter, { input: { sender: {} } });
  await expect(refused).rejects.toMatchObject({ code: 'input_invalid' });
});

class Triage extends Actor {
  execute({ issue }: IssuesOpenedEvent) {
    return { label: /crash|bug/i.test(issue.title) ? 'bug' : 'question', by: issue.user.login };
  }
}

it('labels bugs', async () => {
  const { output } = await runActor(Triage, { event: { source: 'github', type: 'issues.opened' } });
  expect(output).toEqual({ label: 'question', by: 'Codertocat' });
});

const greetIssue = `
  source: github
  eventType: issues.opened
  conditions: { sender: { type: User } }
  actor: greeter
  variables: { who: "{{ event.sender.login }}" }
`;

it('greets people, and no bots', async () => {
  expect(await explainTrigger(greetIssue)).toMatchObject({ input: { who: 'Codertocat' } });
  const bot = { data: { sender: { login: 'renovate', type: 'Bot' } } };
  const { text } = await explainTrigger(greetIssue, bot);
  expect(text).toBe('no: conditions.sender.type expected "User", found "Bot"');
});

class Version extends Poller {
  override readonly name = 'version';

  override async poll({ state, http, signal }: PollContext) {
    const url = 'https://example.org/version';
    const { body } = await http.send({
      ...{ method: 'GET', url, timeoutMs: 5000, maxBytes: 100, signal },
    });
    return body === state ? skip() : fire({ version: body }, { state: body });
  }
}

it('fires once for each version', async () => {
  const http = () => ({ body: '1.2.0' });
  const first = await pollOnce(Version, { http });
  expect(first.events).toEqual([{ context: { version: '1.2.0' } }]);
  const second = await pollOnce(Version, { http, state: '1.2.0' });
  expect(second.outcome).toBe('skip');
});

declare module 'vitest' {
  interface Matchers<T> extends HeddleMatchers<T> {}
}
expect.extend(heddleMatchers);

const triggers = [
  { name: 'greet', source: 'github', eventType: 'issues.opened', actor: 'greeter' },
  { name: 'report', source: 'schedule', schedule: '0 9 * * 1-5', actor: 'log' },
];

it('greets at once, and reports on working days', async () => {
  await using app = await createTestApp({
    ...{ app: { actors: { greeter: Greeter } }, triggers, now: '2026-01-02T08:00:00Z' },
  });
  const { runs } = await app.deliver('github', 'issues.opened');
  expect(runs[0]).toHaveSucceeded();
  await app.advance('4d');
  await expect(app).toHaveRun('report', 2);
});

it('takes nothing that is forged', async () => {
  await using app = await createTestApp();
  const signed = app.sign('github', 'issues.opened', (example: IssuesOpenedEvent) => ({
    ...{ ...example, sender: { login: 'eve' } },
  }));
  const { status } = await app.deliver({ ...signed, body: signed.body.replace('eve', 'ada') });
  expect(status).toBe(401);
  expect(await app.events()).toEqual([]);
});
