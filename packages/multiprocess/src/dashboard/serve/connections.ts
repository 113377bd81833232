import type { Socket } from 'node:net';

/** More than a person opens pages. */
const MAX_PAGES = 64;
const MAX_STRANGERS = 32;

/**
 * The connections of a server, of which there are not too many. Every program on this machine can connect, also one of another user that
 * wants to keep pages out. So a connection that has not shown a secret yet makes room for newer ones; those of pages stay.
 */
export class Connections {
  readonly #strangers = new Set<Socket>();
  readonly #pages = new Set<Socket>();

  /** A new connection. Ends the oldest that has shown nothing if there are too many. */
  add(socket: Socket): void {
    this.#strangers.add(socket);
    socket.once('close', () => {
      this.#strangers.delete(socket);
      this.#pages.delete(socket);
    });
    if (this.#strangers.size <= MAX_STRANGERS) return;
    const [oldest] = this.#strangers;
    this.#strangers.delete(oldest!);
    oldest!.destroy();
  }

  /** The connection has shown a secret. False if there are too many pages. */
  admit(socket: Socket): boolean {
    if (this.#pages.has(socket)) return true;
    if (this.#pages.size >= MAX_PAGES) return false;
    this.#strangers.delete(socket);
    this.#pages.add(socket);
    return true;
  }
}
