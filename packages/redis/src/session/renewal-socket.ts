import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Endpoint } from '../link/endpoint.js';

/**
 * One command at a time, with short text as its reply. Loading a whole client would cost each worker thread half a second of
 * processor time, and twenty megabytes.
 */
export class RenewalSocket {
  readonly #socket: Socket;
  #received = '';
  #waiting: { resolve: (reply: string) => void; reject: (error: unknown) => void } | undefined;

  private constructor(socket: Socket, timeout: number) {
    this.#socket = socket;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.setTimeout(timeout, () => {
      if (this.#waiting !== undefined) socket.destroy();
    });
    socket.on('data', (data: string) => {
      this.#received += data;
      this.#look();
    });
    socket.on('error', () => undefined); // what follows is its end
    socket.on('close', () => {
      this.#waiting?.reject(new Error('The connection has ended'));
    });
  }

  /** @param timeout ms to wait for any answer */
  static async open(endpoint: Endpoint, timeout: number): Promise<RenewalSocket> {
    const { host, port, tls, username, password, database } = endpoint;
    const socket = tls === undefined ? connect({ host, port }) : connectTls({ ...tls, host, port });
    const one = new RenewalSocket(socket, timeout);
    try {
      if (password !== undefined) await one.command(['AUTH', username ?? 'default', password]);
      if (database !== 0) await one.command(['SELECT', String(database)]);
      return one;
    } catch (error) {
      one.destroy();
      throw error;
    }
  }

  command(args: readonly string[]): Promise<string> {
    const message = args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('');
    this.#socket.write(`*${args.length}\r\n${message}`);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      if (this.#socket.destroyed) reject(new Error('The connection has ended'));
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** A reply is `+text`, `-error`, or `$length` and a line of that length. */
  #look(): void {
    const end = this.#received.indexOf('\r\n');
    if (end < 0) return;
    const line = this.#received.slice(1, end);
    const kind = this.#received[0];
    const rest = end + 2;
    const length = kind === '$' ? Number(line) : 0;
    if (kind === '$' && this.#received.length < rest + length + 2) return;
    const reply = kind === '$' ? this.#received.slice(rest, rest + length) : line;
    this.#received = '';
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (kind === '-') waiting?.reject(new Error(line));
    else waiting?.resolve(reply);
  }
}
