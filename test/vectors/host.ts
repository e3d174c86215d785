import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '../../shared/heddle/ports/document-store.ts';
import type { VectorCase } from '../helpers/sources.ts';
import type { Observed } from './judge.ts';
import type { VectorSource } from './to-source.ts';

const main = fileURLToPath(new URL('../../infra/local/main.ts', import.meta.url));
const app = fileURLToPath(new URL('app', import.meta.url));

export interface VectorHost {
  send(one: VectorCase, kind: string): Promise<Observed>;
  /** Every URL that the product requested. */
  fetched(): readonly string[];
  stop(): Promise<void>;
}

export interface VectorHostOptions {
  /** Sources by the id of their case. */
  readonly sources: ReadonlyMap<string, VectorSource>;
  /** Unix seconds. */
  readonly now: number;
  /** PEM certificates by URL. */
  readonly certificates: Readonly<Record<string, string>>;
}

/** Serves the real functions on the local host, with a fixed clock. */
export async function startVectorHost(options: VectorHostOptions): Promise<VectorHost> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-vectors-'));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const sources = [...options.sources].map(([id, { settings }]) => [id, settings]);
  const fetches = write('fetches', '');
  const env = {
    ...Object.assign({}, ...[...options.sources.values()].map((source) => source.env)),
    PATH: process.env.PATH,
    HEDDLE_DATA_DIR: folder,
    HEDDLE_LOG_LEVEL: 'error',
    HEDDLE_TRIGGERS_FILE: write('t.yaml', JSON.stringify({ sources: Object.fromEntries(sources) })),
    VECTOR_CERTIFICATES: write('certificates.json', JSON.stringify(options.certificates)),
    VECTOR_FETCHES: fetches,
  };
  const host = await start(env, options.now);
  return {
    send: (one, kind) => send(host.url, one, kind),
    fetched: () => readFileSync(fetches, 'utf8').split('\n').filter(Boolean),
    async stop() {
      await host.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function start(env: NodeJS.ProcessEnv, now: number) {
  const args = [main, '--app', app, '--port', '0', '--now', String(now)];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = () => {
    child.kill('SIGTERM');
    return exited;
  };
  return new Promise<{ url: string; stop(): Promise<void> }>((resolve, reject) => {
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      const url = /^Heddle is ready on (\S+)$/m.exec(output)?.[1];
      if (url) resolve({ url, stop });
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('exit', () => reject(new Error(`the host did not start:\n${output}`)));
  });
}

async function send(url: string, one: VectorCase, kind: string): Promise<Observed> {
  const name = one.id;
  const query = one.path.includes('?') ? one.path.slice(one.path.indexOf('?')) : '';
  const answer = await exchange(`${url}/webhooks/${kind}/${name}${query}`, one);
  const listed = await fetch(`${url}/api/v1/events?source=${name}`);
  const { items } = (await listed.json()) as Page<Observed['events'][number]>;
  return { ...answer, events: items };
}

/** Uses `node:http`, which sends headers unchanged. */
function exchange(url: string, one: VectorCase): Promise<Omit<Observed, 'events'>> {
  const body = Buffer.from(one.bodyBase64, 'base64');
  const headers = { ...one.headers, 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: one.method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
