import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test writes the bytes of requests itself. */
export class Wire implements Disposable {
  readonly #socket: Socket;
  #received = '';

  static async open(url: string): Promise<Wire> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Wire(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket.setEncoding('latin1').on('data', (chunk) => {
      this.#received += chunk;
    });
    // A host may reset a connection whose answer it has sent.
    socket.on('error', () => undefined);
  }

  /** All that has come so far. */
  get received(): string {
    return this.#received;
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  write(...parts: readonly (string | Buffer)[]): this {
    for (const part of parts) if (!this.#socket.destroyed) this.#socket.write(part);
    return this;
  }

  /** The statuses of the answers so far, `100 Continue` included. */
  get statuses(): readonly number[] {
    return [...this.#received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => Number(code));
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

export function toHead(
  path: string,
  headers: Readonly<Record<string, string | number>>,
  method = 'POST',
): string {
  const lines = Object.entries({ Host: 'localhost', ...headers });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

export function toChunk(part: string | Buffer): Buffer {
  const bytes = Buffer.from(part);
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
}

export const LAST_CHUNK = '0\r\n\r\n';
