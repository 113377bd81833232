import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { Duplex, Readable } from 'node:stream';
import type { PipeEnd, ProgramPipe } from './support.js';

/** A pipe that Node makes when it starts the program. */
export class NodePipe implements ProgramPipe, PipeEnd {
  readonly childSide = 'pipe';
  readonly #side: 'readable' | 'writable';
  #sockets: readonly Socket[] = [];
  #stream: Duplex | undefined;

  constructor(side: 'readable' | 'writable') {
    this.#side = side;
  }

  get end(): PipeEnd {
    return this;
  }

  get stream(): Duplex {
    for (const socket of this.#sockets) socket.ref();
    return (this.#stream ??= new PassThrough().destroy());
  }

  /** Takes the streams that Node has made: one, or both outputs of a program where these cannot share a pipe. */
  handedOver(made: readonly unknown[]): void {
    const sockets = made as readonly Socket[];
    const [first] = sockets;
    if (first === undefined) return;
    // Until it is used, a pipe does not keep the event loop alive.
    for (const socket of sockets) socket.unref().on('error', () => undefined); // ends it, which is what counts
    this.#sockets = sockets;
    this.#stream = this.#side === 'writable' ? first : gathered(sockets);
  }

  close(): void {
    this.#stream?.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/**
 * What several streams bring, in the order in which it arrives. A stream of its own, even for one: when the program ends, Node
 * reads what is left in its streams, and throws it away.
 */
function gathered(sources: readonly Readable[]): PassThrough {
  const all = new PassThrough();
  let open = sources.length;
  for (const source of sources) {
    source.pipe(all, { end: false });
    source.once('close', () => {
      open -= 1;
      if (open === 0) all.end();
    });
    all.once('close', () => source.destroy());
  }
  return all;
}
