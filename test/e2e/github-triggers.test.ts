import { describe, expect, it } from 'vitest';
import { createDelivery, findExample } from '../helpers/github.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';
import { runHost } from '../helpers/local-host.ts';

const BAD = `triggers:
  - name: good
    source: github
    eventType: pull_request
    actor: pr-reviewer
  - name: lost
    source: gitlab
    actor: nobody
  - name: good
    source: github
    actor: log
    colour: red
`;

const opened = findExample('pull_request', 'opened');

describe('a triggers file with faults', () => {
  it('stops a host on a laptop with every fault and its line', async () => {
    const prepared = prepareHeddle({ triggers: BAD });
    const { exitCode, output } = await runHost(prepared);
    expect(exitCode).toBe(1);
    const at = (line: number) => `${prepared.triggersFile}:${line}`;
    expect(output).toContain(`${at(7)} [lost] unknown source "gitlab"`);
    expect(output).toContain(`${at(8)} [lost] unknown actor "nobody"`);
    expect(output).toContain(`${at(9)} [good] the name "good" is taken by the trigger in line 2`);
    expect(output).toContain(`${at(12)} [good] unknown field "colour"`);
    expect(output).not.toMatch(/^ +at /m);
    expect(output).not.toContain('Heddle is ready');
  });

  it('degrades a host in Azure and leaves it the good triggers', async () => {
    const prepared = prepareHeddle({ triggers: BAD, env: { WEBSITE_SITE_NAME: 'x' } });
    const host = await HeddleHost.start(prepared);
    const { status, reasons, triggers } = await host.health();
    expect({ status, triggers }).toEqual({ status: 'degraded', triggers: 1 });
    expect(reasons.filter((reason) => reason.startsWith(prepared.triggersFile))).toHaveLength(4);
    expect(reasons.join('\n')).toContain(':8 [lost] unknown actor "nobody"');
    const { headers, body } = await createDelivery(opened.json, { event: 'pull_request' });
    expect((await host.post(headers, body)).status).toBe(202);
    await host.drained();
    expect(await host.runs()).toMatchObject([{ trigger: 'good', status: 'succeeded' }]);
  });

  it.each([
    ['that is not there', undefined, /cannot be read: create it/],
    ['that is no YAML', 'triggers: [', /:\d+ /],
    ['whose aliases have no anchor', 'triggers:\n  - *nobody\n', /:2 \*nobody has no anchor/],
  ])(
    '%s makes a host in Azure unhealthy: it refuses every delivery',
    async (_, triggers, reason) => {
      const env = {
        WEBSITE_SITE_NAME: 'x',
        ...(triggers ? {} : { HEDDLE_TRIGGERS_FILE: '/no/file' }),
      };
      const host = await HeddleHost.start(prepareHeddle({ env, triggers: triggers ?? '' }));
      const health = await host.health();
      expect(health).toMatchObject({ status: 'unhealthy', triggers: 0 });
      expect(health.reasons.join('\n')).toMatch(reason);
      await host.process.stop();
    },
  );
});

describe('settings with faults', () => {
  it('stop a host with every fault at once', async () => {
    const env = { HEDDLE_CONCURRENCY: 'many', HEDDLE_LOG_LEVEL: 'loud', ServiceBus: 'Endpoint=x' };
    const { exitCode, output } = await runHost(prepareHeddle({ env }));
    expect(exitCode).toBe(1);
    expect(output).toMatch(/HEDDLE_LOG_LEVEL: [\s\S]*HEDDLE_CONCURRENCY: [\s\S]*Cosmos: /);
    expect(output).not.toMatch(/^ +at |Endpoint=x/m);
  });

  it('degrade a host whose secret is an unresolved Key Vault reference', async () => {
    const reference = '@Microsoft.KeyVault(SecretUri=https://v/secrets/x)';
    const host = await HeddleHost.start(prepareHeddle({ secrets: [reference] }));
    // The queue and the store may need longer than a question to answer for the first time.
    await expect
      .poll(() => host.health())
      .toMatchObject({
        status: 'degraded',
        reasons: [expect.stringMatching(/^GITHUB_WEBHOOK_SECRET is a Key Vault/)],
      });
    const { headers, body } = await createDelivery('{}', { secret: reference });
    expect((await host.post(headers, body)).status).toBe(500);
  });
});
