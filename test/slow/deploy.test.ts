import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putAzdOnPath } from '../azd/on-path.ts';
import type { LoggedStep } from '../azd/steps.ts';
import { UserClone } from './user-clone.ts';

/** The README's commands for a deployment, in a clone without node_modules, on a stand-in for azd. */

let clone: UserClone;
let bin: ReturnType<typeof putAzdOnPath>;
let output = '';

beforeAll(async () => {
  clone = await UserClone.create();
  // The machine's own Node, as a user's terminal has it: vitest runs on the pinned one.
  const path = (process.env.PATH ?? '').split(delimiter);
  bin = putAzdOnPath(path.filter((one) => !one.includes('node_modules')).join(delimiter));
});
afterAll(() => {
  clone.remove();
  rmSync(bin.folder, { recursive: true, force: true });
});

const shell = (command: string) =>
  clone.run('env', '-u', 'CI', `PATH=${bin.path}`, 'bash', '-c', command);
const inAzd = (file: string) => join(clone.folder, '.azure/my-heddle', file);
const readText = (file: string) => readFileSync(inAzd(file), 'utf8');
const readSteps = () =>
  readText('steps.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LoggedStep);
const readParameters = () => JSON.parse(readText('parameters.json')) as Record<string, string>;

/** The commands of the first block below a heading. */
function readCommands(path: string, heading: string): readonly string[] {
  const readme = `\n${readFileSync(join(clone.folder, path), 'utf8')}`;
  const [, section = ''] = readme.split(`\n${heading}\n`);
  const block = /```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
  return block
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +# .*$/, ''));
}

describe('a fresh clone', () => {
  it('is deployed by the commands of the README', async () => {
    expect(existsSync(join(clone.folder, 'node_modules'))).toBe(false);
    const commands = readCommands('README.md', '## Deploy');
    expect(commands.at(-1)).toBe('azd up');
    const more = readCommands('infra/README.md', '# Deployment');
    const named = more.map((command) => command.replace('heddle-prod', 'my-heddle'));
    expect(named).toEqual([...commands, 'azd env get-value WEBHOOK_BASE_URL']);
    for (const command of commands) {
      // Each finds a clone in which nothing is installed.
      rmSync(join(clone.folder, 'node_modules'), { recursive: true, force: true });
      output += await shell(command);
    }
    expect(await shell(named.at(-1) ?? '')).toMatch(/^https:.*\/webhooks\n$/);
    expect(existsSync(inAzd('deployed/host.json'))).toBe(true);
    expect(existsSync(inAzd('deployed/index.mjs'))).toBe(true);
  });

  it('is installed once, before the check and the package run beside each other', () => {
    const steps = readSteps();
    const at = (step: string, event: string) =>
      steps.find((one) => one.step === step && one.event === event)?.at ?? Number.NaN;
    expect(at('prepackage', 'end')).toBeLessThanOrEqual(at('preprovision', 'begin'));
    expect(at('prepackage', 'end')).toBeLessThanOrEqual(at('package', 'begin'));
    expect(at('package', 'begin')).toBeLessThan(at('preprovision', 'end'));
    expect(at('preprovision', 'begin')).toBeLessThan(at('package', 'end'));
    expect(steps.filter(({ event }) => event === 'note')).toEqual([]);
  });

  it('gets secrets of 256 bits, which are printed nowhere and stay', async () => {
    const first = readParameters();
    for (const name of ['linkSecret', 'adminKey']) {
      expect(Buffer.from(first[name] ?? '', 'base64url')).toHaveLength(32);
      expect(output).not.toContain(first[name]);
    }
    expect(first.linkSecret).not.toBe(first.adminKey);
    expect(output).not.toContain(first.githubWebhookSecret);
    output += await shell('azd provision');
    expect(readParameters()).toEqual(first);
  });

  it('is told where its webhooks are, how to get a key, and how to try it', () => {
    expect(output).toContain('https://func-my-heddle.azurewebsites.net/webhooks/github\n');
    expect(output).toContain('signed with GITHUB_WEBHOOK_SECRET, which is set');
    expect(output).toContain('az functionapp keys list --name func-my-heddle');
    expect(output).toContain('npm run deploy:smoke -- https://func-my-heddle');
    expect(output).not.toContain('warning');
  });

  it('is checked by azd deploy alone, and not deployed with a fault', async () => {
    clone.write({ 'infra/triggers.yaml': 'triggers: [{ name: a, source: nobody, actor: log }]\n' });
    rmSync(inAzd('deployed'), { recursive: true });
    await expect(shell('azd deploy')).rejects.toThrow(/unknown source "nobody"[\s\S]*predeploy/);
    expect(existsSync(inAzd('deployed'))).toBe(false);
  });
});
