import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const SECRET = 'pa55word-of-the-shop';
const at = (path: string) => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);

/** Runs code in a process that is guarded as the app guards it, and ends by an error. */
function crash(code: string) {
  const text = `
    import { redactCrashes } from ${at('functions/redact-crashes.ts')};
    import { guardProcess } from ${at('shared/heddle/composition/guard-process.ts')};
    const redact = (text) => text.replaceAll('${SECRET}', '***');
    process.on('uncaughtException', (error) => { console.error('host:', error); process.exit(1); });
    process.on('unhandledRejection', (reason) => { console.error('host:', reason); process.exit(1); });
    redactCrashes(process, redact);
    guardProcess({ logger: console, redact }, 0);
    ${code}`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    encoding: 'utf8',
  });
  return { status, stderr };
}

it.each([
  ['an error in a timer', `setTimeout(() => { throw new Error('used ${SECRET}'); });`],
  ['a rejection', `void Promise.reject(new Error('used ${SECRET}'));`],
  ['a thrown text', `setTimeout(() => { throw 'used ${SECRET}'; });`],
])('%s that belongs to no run ends the process, and is told without a secret', (_, code) => {
  const { status, stderr } = crash(code);
  expect(status, stderr).toBe(1);
  expect(stderr).toContain('host:');
  expect(stderr).toContain('used ***');
  expect(stderr).not.toContain(SECRET);
});
