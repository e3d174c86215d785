import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeHostFile } from '../../../infra/local/host-file.ts';
import { readLocalTarget } from '../../../shared/heddle/cli/local-target.ts';

function createFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'local.settings.json');
  const data = join(folder, 'data');
  const env = { HEDDLE_DATA_DIR: data };
  const write = (settings: object) => writeFileSync(file, JSON.stringify(settings));
  return { folder, file, data, env, write, read: () => readLocalTarget(file, env) };
}

describe('the host that a command asks', () => {
  it('is the one that runs here, on whatever port', () => {
    const { folder, env, write, read } = createFolder();
    write({ Host: { LocalHttpPort: 7072 } });
    expect(read().url).toBe('http://127.0.0.1:7072');
    writeHostFile({ appDir: folder, env }, 43_210);
    expect(read().url).toBe('http://127.0.0.1:43210');
  });

  it('is not one that is gone, or a file that says anything else', () => {
    const { data, read } = createFolder();
    mkdirSync(data);
    const host = join(data, 'host.json');
    // The greatest id of a process on Linux.
    writeFileSync(host, JSON.stringify({ pid: 4_194_304, url: 'http://127.0.0.1:43210' }));
    expect(read().url).toBe('http://127.0.0.1:7071');
    for (const text of [
      '',
      '{}',
      JSON.stringify({ pid: process.pid, url: 'https://evil.example' }),
    ]) {
      writeFileSync(host, text);
      expect(read().url).toBe('http://127.0.0.1:7071');
    }
  });

  it('runs where its data folder cannot be written', () => {
    const { folder, file } = createFolder();
    writeFileSync(file, '{}');
    expect(() =>
      writeHostFile({ appDir: folder, env: { HEDDLE_DATA_DIR: file } }, 1),
    ).not.toThrow();
  });
});

describe('a secret that is missing', () => {
  it('is made by the first start where there is no settings file', () => {
    const { read } = createFolder();
    expect(() => read().readSetting('STRIPE_WEBHOOK_SECRET')).toThrow(
      /STRIPE_WEBHOOK_SECRET is not set: there is no .*local\.settings\.json here: run `npm start` once/,
    );
  });

  it('is asked for under Values where there is one, blank or not there', () => {
    const { write, read } = createFolder();
    for (const Values of [{}, { STRIPE_WEBHOOK_SECRET: ' ' }]) {
      write({ Values });
      expect(() => read().readSetting('STRIPE_WEBHOOK_SECRET')).toThrow(
        /is not set: put it under "Values" in .*local\.settings\.json, with the value that the sender/,
      );
    }
    write({ Values: { STRIPE_WEBHOOK_SECRET: 'whsec_1' } });
    expect(read().readSetting('STRIPE_WEBHOOK_SECRET')).toBe('whsec_1');
  });
});
