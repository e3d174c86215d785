import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Opening, prepareKeys, takeKeys } from '../../../infra/local/http/host-keys.ts';

const HERE = { address: '127.0.0.1', enableAuth: false, keysFile: undefined };
const [HOST, MASTER] = ['h'.repeat(32), 'm'.repeat(32)];

function find(opening: Partial<Opening>, given: Readonly<Record<string, string>> = {}) {
  const env: NodeJS.ProcessEnv = { ...given };
  prepareKeys({ ...HERE, ...opening }, env);
  const keys = takeKeys(env);
  expect(env, 'what the app sees').toEqual({});
  return keys;
}

function createFile(text?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'keys.json');
  if (text !== undefined) writeFileSync(file, text);
  return file;
}

describe('keys of the local host', () => {
  it('are not asked for on this machine alone, even where some are given', () => {
    expect(find({})).toBeUndefined();
    expect(find({}, { LOCAL_HOST_KEY: HOST })).toBeUndefined();
  });

  it('are new with each start, and printed, where nothing keeps them', () => {
    const [first, second] = [find({ address: '0.0.0.0' }), find({ enableAuth: true })];
    expect(first?.note).toBe(`Host key: ${first?.host}\nMaster key: ${first?.master}`);
    expect(second?.host).not.toBe(first?.host);
  });

  it('are kept in a file for its owner alone, written as a whole, and not printed', () => {
    const keysFile = createFile();
    const first = find({ keysFile });
    expect(find({ keysFile, address: '0.0.0.0' })).toEqual(first);
    expect(first?.note).toBe(`Host key: ${keysFile}\nMaster key: ${keysFile}`);
    expect(statSync(keysFile).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(keysFile, '..'))).toEqual(['keys.json']);
  });

  it('are those of the environment, where it has some, which nothing prints or keeps', () => {
    const keysFile = createFile();
    const given = { LOCAL_HOST_KEY: HOST, LOCAL_HOST_MASTER_KEY: MASTER };
    const note = 'Host key: LOCAL_HOST_KEY\nMaster key: LOCAL_HOST_MASTER_KEY';
    expect(find({ keysFile }, given)).toEqual({ host: HOST, master: MASTER, note });
    expect(readdirSync(join(keysFile, '..'))).toEqual([]);
  });

  it('may be given one by one: the other is kept', () => {
    const keysFile = createFile();
    const keys = find({ keysFile }, { LOCAL_HOST_KEY: HOST, LOCAL_HOST_MASTER_KEY: ' ' });
    expect(keys).toMatchObject({ host: HOST, note: expect.stringContaining(keysFile) });
    expect(readFileSync(keysFile, 'utf8')).toContain(keys?.master);
    expect(readFileSync(keysFile, 'utf8')).not.toContain(HOST);
  });

  it.each(['short', `${HOST} ${HOST}`, 'ä'.repeat(40)])('are refused where they are %j', (key) => {
    const set = () => find({ enableAuth: true }, { LOCAL_HOST_KEY: key });
    expect(set).toThrow(/^LOCAL_HOST_KEY must be at least 32 visible ASCII characters/);
    expect(set).not.toThrow(key);
  });

  it.each([
    ['{ "host": "only" }', /must hold two texts, "host" and "master"/],
    ['{ "host": 1, "master": 2 }', /must hold two texts/],
    ['{}', /must hold two texts/],
    ['{', /must hold two texts, "host" and "master", as JSON/],
    ['', /must hold two texts/],
    [JSON.stringify({ host: 'short', master: MASTER }), /at least 32 visible ASCII characters/],
    [JSON.stringify({ host: HOST, master: ' '.repeat(40) }), /without spaces/],
  ])('that were kept as %s stop the start', (text, fault) => {
    expect(() => find({ keysFile: createFile(text) })).toThrow(fault);
  });

  it('are not told where the file has nothing else', () => {
    const start = () => find({ keysFile: createFile(HOST) });
    expect(start).toThrow(/must hold two texts/);
    expect(start).not.toThrow(/hhh/);
  });

  it('are those of the start that was first, where two begin at once', () => {
    const keysFile = createFile();
    const other = JSON.stringify({ host: HOST, master: MASTER });
    const randomUUID = vi.spyOn(crypto, 'randomUUID');
    onTestFinished(() => randomUUID.mockRestore());
    randomUUID.mockImplementation(() => {
      writeFileSync(keysFile, other);
      return '0-0-0-0-0';
    });
    expect(find({ keysFile })).toMatchObject({ host: HOST, master: MASTER });
    expect(readFileSync(keysFile, 'utf8')).toBe(other);
    expect(readdirSync(join(keysFile, '..'))).toEqual(['keys.json']);
  });

  it('replace a link that leads nowhere', () => {
    const keysFile = createFile();
    symlinkSync('nowhere/keys.json', keysFile);
    const first = find({ keysFile });
    expect(find({ keysFile })).toEqual(first);
  });

  it('that cannot be read stop the start, which says why', () => {
    const keysFile = createFile();
    mkdirSync(keysFile);
    expect(() => find({ keysFile })).toThrow(/cannot be kept in .* \(EISDIR\)/);
  });

  it('that cannot be kept stop the start, which says where', () => {
    const keysFile = join(createFile(), '../nowhere/keys.json');
    expect(() => find({ keysFile })).toThrow(/cannot be kept in .*nowhere.*\(ENOENT\)/);
  });
});
