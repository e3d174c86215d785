import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import rhea, { type Container, type EventContext } from 'rhea';
import type { Namespace } from '../namespace.ts';
import { Links } from './links.ts';
import { breakOff } from './rhea.ts';

const OPTIONS = {
  host: '127.0.0.1',
  noDelay: true,
  max_frame_size: 65_536,
  // One entry per delivery of a link from the oldest unsettled one on: many when locks are lost.
  session_buffer_size: { incoming: 2048, outgoing: 65_536 },
  autoaccept: false,
  autosettle: false,
  treat_modified_as_released: false,
};

/** The AMQP 1.0 front of a namespace. */
export class AmqpServer {
  readonly #container: Container;
  readonly #links: Links;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(namespace: Namespace) {
    this.#container = rhea.create_container({ id: 'service-bus-emulator' });
    this.#links = new Links(namespace);
    this.#allowAnonymous();
    this.#listenToLinks();
    this.#listenToFaults();
  }

  /** @returns the port */
  async listen(port: number): Promise<number> {
    const server: Server = this.#container.listen({ ...OPTIONS, port });
    this.#server = server;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  dropConnections(): void {
    for (const socket of this.#sockets) breakOff(socket);
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    this.dropConnections();
    await closed;
  }

  /** Accepts anonymous connections: clients authenticate later, at `$cbs`. */
  #allowAnonymous(): void {
    const { sasl_server_mechanisms: mechanisms } = this.#container;
    mechanisms.enable_anonymous();
    mechanisms.MSSBCBS = mechanisms.ANONYMOUS;
  }

  #listenToLinks(): void {
    this.#container.on('receiver_open', ({ receiver }: EventContext) => {
      if (receiver !== undefined) this.#links.openIncoming(receiver);
    });
    this.#container.on('sender_open', ({ sender }: EventContext) => {
      if (sender !== undefined) this.#links.openOutgoing(sender);
    });
    this.#container.on('sender_close', ({ sender }: EventContext) => {
      this.#links.end((link) => link === sender, 'leave');
    });
    this.#container.on('session_close', ({ session }: EventContext) => {
      this.#links.end((link) => link.session === session, 'leave');
    });
    this.#container.on('connection_close', ({ connection }: EventContext) => {
      this.#links.end((link) => link.connection === connection, 'leave');
    });
    this.#container.on('disconnected', ({ connection }: EventContext) => {
      this.#links.end((link) => link.connection === connection, 'vanish');
    });
  }

  /**
   * Listens to all faults, since rhea throws unhandled ones. The events above report their
   * consequences.
   */
  #listenToFaults(): void {
    const ofConnections = ['error', 'protocol_error', 'connection_error'];
    const ofLinks = ['session_error', 'sender_error', 'receiver_error'];
    for (const name of [...ofConnections, ...ofLinks]) this.#container.on(name, () => {});
  }
}
