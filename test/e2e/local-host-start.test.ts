import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHostApp, runHost, startHost } from '../helpers/local-host.ts';

const library = "import { app } from '@azure/functions';\n";
const hello = `${library}app.get('hello', { handler: async () => ({ body: 'hello' }) });\n`;
const showEnv = (name: string) =>
  `${library}app.get('env', { handler: async () => ({ body: String(process.env.${name}) }) });`;
const textOf = async (url: string, init?: RequestInit) => (await fetch(url, init)).text();

describe('loading', () => {
  it('serves a CommonJS bundle under the default prefix api', async () => {
    const app = createHostApp({
      'package.json': { main: 'dist/bundle.js' },
      'host.json': { version: '2.0' },
      'dist/bundle.js':
        "const { app } = require('@azure/functions');\napp.get('hello', { handler: async () => ({ body: 'cjs' }) });",
    });
    const host = await startHost({ app });
    expect(await textOf(`${host.url}/api/hello`)).toBe('cjs');
    expect((await fetch(`${host.url}/hello`)).status).toBe(404);
  });

  it('imports every file that main matches, in order', async () => {
    const app = createHostApp({
      'package.json': { type: 'module', main: 'entries/*.ts' },
      'entries/b.ts': `${library}app.get('order', { handler: async () => ({ body: 'a' in globalThis ? 'a first' : 'b first' }) });`,
      'entries/a.ts': 'Object.assign(globalThis, { a: 1 as number });',
    });
    const host = await startHost({ app });
    expect(await textOf(`${host.url}/order`)).toBe('a first');
  });

  it('ends when an entry throws before its first function, where func has "no functions"', async () => {
    const app = createHostApp({ 'index.js': `throw new Error('early');\n${hello}` });
    const { exitCode, output } = await runHost({ app });
    expect(exitCode).toBe(1);
    expect(output).toMatch(/unable to load entry point "index.js":\nError: early\n +at/);
    expect(output).not.toContain('Heddle is ready');
  });

  it('ends when an entry throws later: the real host then indexes none either', async () => {
    const app = createHostApp({
      'package.json': { type: 'module', main: '*.js' },
      'a.js': hello,
      'b.js': "throw new Error('late');",
      'c.js': "console.log('c was loaded');",
    });
    const { exitCode, output } = await runHost({ app });
    expect(exitCode).toBe(1);
    expect(output).toMatch(/unable to load entry point "b.js":\nError: late/);
    expect(output).not.toContain('c was loaded');
  });

  it('says a ConfigError of the app without its stack', async () => {
    const app = createHostApp({
      'index.js':
        "throw Object.assign(new Error('set GITHUB_WEBHOOK_SECRET'), { name: 'ConfigError' });",
    });
    expect(await runHost({ app })).toEqual({
      exitCode: 1,
      output: 'set GITHUB_WEBHOOK_SECRET\n',
    });
  });

  it('refuses a function name that is taken', async () => {
    const { exitCode, output } = await runHost({
      app: createHostApp({ 'index.js': hello + hello.slice(library.length) }),
    });
    expect(exitCode).toBe(1);
    expect(output).toContain('A function with id "hello" has already been registered.');
  });

  it('is complete before requests are answered', async () => {
    const app = createHostApp({
      'index.js': `${library}let started = false;
        app.hook.appStart(async () => { await new Promise(setImmediate); started = true; });
        app.get('started', { handler: async () => ({ body: String(started) }) });`,
    });
    const host = await startHost({ app });
    expect(await textOf(`${host.url}/started`)).toBe('true');
  });
});

describe('hooks', () => {
  it('surround an invocation, change what it gets, and see how it ends', async () => {
    const app = createHostApp({
      'index.js': `${library}
        app.hook.preInvocation((context) => {
          context.hookData.mark = 'kept';
          context.inputs = [{ name: 'replaced' }];
          const handler = context.functionHandler;
          context.functionHandler = async (...args) => ({ body: (await handler(...args)).body + '!' });
        });
        app.hook.postInvocation((context) => {
          if (context.error) context.result = { status: 418, body: context.hookData.mark };
          context.error = null;
        });
        app.get('name', { handler: async (input) => ({ body: input.name }) });
        app.get('fails', { handler: async () => { throw new Error('no'); } });`,
    });
    const host = await startHost({ app });
    expect(await textOf(`${host.url}/name`)).toBe('replaced!');
    const failed = await fetch(`${host.url}/fails`);
    expect([failed.status, await failed.text()]).toEqual([418, 'kept']);
  });

  it('rewrite what the app logs', async () => {
    const app = createHostApp({
      'index.js': `${library}
        app.hook.log((context) => { context.level = 'error'; context.message = context.message.toUpperCase(); });
        app.get('log', { handler: async (_request, context) => { context.log('quiet %s', 'words'); return {}; } });`,
    });
    const host = await startHost({ app });
    await fetch(`${host.url}/log`);
    await host.waitFor(/error +QUIET WORDS/);
  });
});

describe('settings', () => {
  const settings = (values: object, rest: object = {}) => ({
    IsEncrypted: false,
    Values: values,
    ...rest,
  });

  it('become the environment, where a variable that is set already wins', async () => {
    const app = createHostApp({
      'index.js': showEnv('A + process.env.B'),
      'local.settings.json': settings({ A: 'file', B: 'file' }),
    });
    const host = await startHost({ app, env: { A: 'shell,' } });
    expect(await textOf(`${host.url}/env`)).toBe('shell,file');
  });

  it('are made from the example with fresh secrets, for the owner only', async () => {
    const example = settings({ X_SECRET: '', KEPT_SECRET: 'mine', OTHER: '' });
    const app = createHostApp({
      'index.js': showEnv('X_SECRET'),
      'local.settings.example.json': example,
    });
    const host = await startHost({ app });
    const secret = await textOf(`${host.url}/env`);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    const file = join(app, 'local.settings.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(
      settings({ X_SECRET: secret, KEPT_SECRET: 'mine', OTHER: '' }),
    );
    expect(host.output()).toContain('with a fresh random X_SECRET.');
    expect(host.output()).not.toContain(secret);
  });

  it('have fresh secrets where a copy of the example has left them blank, and nothing else', async () => {
    const example = settings({ X_SECRET: '', Y_SECRET: '', SET_SECRET: 'example' });
    const own = { X_SECRET: ' ', Y_SECRET: 'mine', OWN_SECRET: '', SET_SECRET: '' };
    const app = createHostApp({
      'index.js': showEnv('X_SECRET'),
      'local.settings.example.json': example,
      'local.settings.json': settings(own),
    });
    const file = join(app, 'local.settings.json');
    const host = await startHost({ app });
    const secret = await textOf(`${host.url}/env`);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    const filled = settings({ ...own, X_SECRET: secret });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(filled);
    expect(readdirSync(app)).not.toContainEqual(expect.stringMatching(/tmp$/));
    expect(host.output()).toContain('Filled what was blank in local.settings.json with a fresh');
    expect(host.output()).not.toContain(secret);
    await host.stop();
    const again = await startHost({ app });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(filled);
    expect(again.output()).not.toContain('Filled');
  });

  it.each([
    ['local.settings.json', { IsEncrypted: true }, /is encrypted .*Run "func settings decrypt"/],
    ['local.settings.json', '{ "Values": ', /local.settings.json is not valid JSON/],
    ['local.settings.json', { Values: { A: {} } }, /"A" under "Values" .* must be text/],
    ['local.settings.json', { Host: { LocalHttpPort: 'x' } }, /"Host.LocalHttpPort"/],
    ['host.json', '{ version: 2 }', /host.json is not valid JSON/],
    ['package.json', { type: 'module' }, /package.json names no entry: set "main"/],
    ['package.json', { main: 'gone.js' }, /No file matches "main" in package.json: "gone.js"/],
  ])('with a mistake in %s end the start: %j', async (file, content, message) => {
    const app = createHostApp({ 'index.js': hello, [file]: content });
    const { exitCode, output } = await runHost({ app });
    expect(exitCode).toBe(1);
    expect(output).toMatch(message);
    expect(output).not.toContain('    at ');
  });

  it('give the clock and the address to the app', async () => {
    const app = new URL('../fixtures/host-app', import.meta.url).pathname;
    const host = await startHost({ app, args: ['--now', '1760000000'] });
    expect(await (await fetch(`${host.url}/settings`)).json()).toEqual({
      now: '1760000000',
      site: host.url.replace('http://127.0.0.1', 'localhost'),
    });
  });
});

describe('options', () => {
  it.each([
    [['--port', '70000'], /whole number from 0 to 65535/],
    [['--now', 'yesterday'], /whole unix seconds, such as 1760000000/],
    [['--colour'], /unknown option '--colour'/],
  ])('%j end with an error that names the remedy', async (args, message) => {
    const { exitCode, output } = await runHost({ app: '.', args });
    expect(exitCode).toBe(1);
    expect(output).toMatch(message);
  });

  it('are described by --help', async () => {
    const { exitCode, output } = await runHost({ app: '.', args: ['--help'] });
    expect(exitCode).toBe(0);
    expect(output).toMatch(/--port <n>[\s\S]*--now <seconds>[\s\S]*--enableAuth/);
  });

  it('with a port that is taken name another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const app = createHostApp({ 'index.js': "console.log('the app was loaded');" });
    expect(await runHost({ app, args: ['--port', String(port)] })).toEqual({
      exitCode: 1,
      output: `Port ${port} is in use. Stop the other process or choose another: npm start -- --port ${port + 1}\n`,
    });
  });

  it('with --enableAuth ask for keys: the host key for functions, the master key for all', async () => {
    const app = new URL('../fixtures/host-app', import.meta.url).pathname;
    const { url, waitFor } = await startHost({ app, args: ['--enableAuth'] });
    const [, hostKey = ''] = await waitFor(/^Host key: (\S+)$/m);
    const [, master = ''] = await waitFor(/^Master key: (\S+)$/m);
    const statusOf = async (path: string, key?: string) =>
      (await fetch(url + path, key ? { headers: { 'x-functions-key': key } } : {})).status;
    expect(await statusOf('/hello')).toBe(200);
    expect(await statusOf('/guarded')).toBe(401);
    expect(await statusOf('/guarded', 'wrong')).toBe(401);
    expect(await statusOf('/guarded', hostKey)).toBe(200);
    expect(await statusOf(`/guarded?code=${hostKey}`)).toBe(200);
    expect(await statusOf(`/guarded?code=${hostKey}`, 'wrong')).toBe(401);
    expect(await statusOf('/guarded-admin', hostKey)).toBe(401);
    expect(await statusOf('/guarded-admin', master)).toBe(200);
    expect(await statusOf('/admin/host/status', hostKey)).toBe(401);
    expect(await statusOf('/admin/host/status', master)).toBe(200);
  });
});

describe('the log', () => {
  it('has a line for each request at level debug only', async () => {
    const env = { AzureFunctionsJobHost__logging__logLevel__default: 'Debug' };
    const host = await startHost({ app: createHostApp({ 'index.js': hello }), env });
    await fetch(`${host.url}/hello?code=hidden`);
    await host.waitFor(/^\[\S+Z\] debug +GET \/hello 200 [\d.]+ ms$/m);
    expect(host.output()).not.toContain('hidden');
  });
});

describe('CORS', () => {
  const preflight = (origin: string): RequestInit => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'GET' },
  });

  it('is answered for the origins in the settings', async () => {
    const app = createHostApp({
      'index.js': hello,
      'local.settings.json': { Host: { CORS: 'https://a.example,https://b.example/' } },
    });
    const { url } = await startHost({ app });
    const allowed = await fetch(`${url}/hello`, preflight('https://b.example'));
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://b.example');
    expect(allowed.headers.get('access-control-allow-methods')).toBe('GET');
    const refused = await fetch(`${url}/hello`, preflight('https://c.example'));
    expect(refused.headers.has('access-control-allow-origin')).toBe(false);
    const answer = await fetch(`${url}/hello`, { headers: { origin: 'https://a.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://a.example');
    expect(await answer.text()).toBe('hello');
  });
});
