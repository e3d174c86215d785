import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { SECRET } from '../helpers/github.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

const script = fileURLToPath(new URL('../../infra/deploy-smoke.ts', import.meta.url));
const TRIGGERS = `triggers:
  - { name: logs, source: github, eventType: pull_request, actor: log }
  - { name: fails, source: github, eventType: issues, actor: http, retry: { maxAttempts: 1 } }
`;
let url: string;
let key: string;

beforeAll(async () => {
  const host = await HeddleHost.start(
    prepareHeddle({ triggers: TRIGGERS, args: ['--enableAuth'] }),
  );
  url = host.process.url;
  [, key = ''] = await host.process.waitFor(/host key\W+(\S+)/i);
});

interface Ended {
  readonly code: number;
  readonly output: string;
}

function smoke(...args: readonly string[]): Promise<Ended> {
  const { AZURE_ENV_NAME: _name, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
    });
  });
}

describe('npm run deploy:smoke, on a host that asks for keys', () => {
  const known = () => [url, '--secret', SECRET, '--key', key, '--timeout', '60'];

  it('sends a signed example and reads its run back', async () => {
    const { code, output } = await smoke(...known());
    expect(output).toMatch(
      /1\/3 .*\n.*202: accepted as \S+\n2\/3 .*\n3\/3 .*\n +logs: succeeded\n/,
    );
    expect(output).toMatch(/passed\.\n$/);
    expect(output).not.toContain(SECRET);
    expect(code).toBe(0);
  });

  it('says that no trigger takes the event', async () => {
    const { code, output } = await smoke(...known(), '--type', 'star');
    expect(output).toContain('no trigger takes github star');
    expect(code).toBe(0);
  });

  it('fails where a run fails', async () => {
    const { code, output } = await smoke(...known(), '--type', 'issues.opened');
    expect(output).toMatch(/fails: failed \(\w+: [\s\S]*1 of 1 runs failed/);
    expect(code).toBe(1);
  });

  it.each([
    [
      'a secret that is not the app’s',
      () => [url, '--secret', 'other', '--key', key],
      /answered 401/,
    ],
    ['a key that is not the app’s', () => [url, '--secret', SECRET, '--key', 'no'], /see --key/],
    [
      'a key that no header takes, without printing it',
      () => [url, '--secret', SECRET, '--key', 'k3y\nmore'],
      /^The key has a character that no key has\.\n$/,
    ],
    ['no key', () => [url, '--secret', SECRET], /az functionapp keys list/],
    ['no address', () => ['--key', key], /Where is the app\?/],
    [
      'a source without a secret',
      () => [url, '--key', key, '--source', 'stripe', '--type', 'charge.refunded', '--secret', 'x'],
      /has no secret for this source/,
    ],
    [
      'nobody at the address',
      () => ['http://127.0.0.1:9', '--secret', SECRET, '--key', key, '--timeout', '1'],
      /Nothing answers at http:\/\/127\.0\.0\.1:9/,
    ],
  ])('fails with %s, and says what to do', async (_, toArgs, message) => {
    const { code, output } = await smoke(...toArgs());
    expect(output).toMatch(message);
    expect(output).not.toContain(SECRET);
    expect(code).toBe(1);
  });
});
