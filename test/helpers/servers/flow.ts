import type { Socket } from 'node:net';

/** What happens to the bytes that go one way. */
export interface FlowRule {
  /** Milliseconds until they go on. */
  delay: number;
  stalled: boolean;
  /** How many may go on before their connection is cut. */
  left: number;
}

interface Piece {
  readonly what: Buffer | 'end' | 'close';
  readonly due: number;
}

/** One direction of a connection: takes what comes out of a socket, its end included, and gives it to another one by a rule. */
export class Flow {
  readonly #to: Socket;
  readonly #rule: FlowRule;
  readonly #cut: () => void;
  readonly #pieces: Piece[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(from: Socket, to: Socket, rule: FlowRule, cut: () => void) {
    this.#to = to;
    this.#rule = rule;
    this.#cut = cut;
    from.on('data', (bytes: Buffer) => {
      this.#take(bytes);
    });
    from.once('end', () => {
      this.#take('end');
    });
    from.once('close', () => {
      this.#take('close');
    });
  }

  /** Passes on what is due. */
  flush(): void {
    clearTimeout(this.#timer);
    while (!this.#stopped && !this.#rule.stalled) {
      const [piece] = this.#pieces;
      if (piece === undefined) return;
      const rest = piece.due - performance.now();
      if (rest > 0) {
        this.#timer = setTimeout(() => {
          this.flush();
        }, rest);
        return;
      }
      this.#pieces.shift();
      this.#pass(piece.what);
    }
  }

  /** Ends what it gives to. What comes after that is thrown away. */
  end(): void {
    this.#to.end();
  }

  /** Passes nothing on any more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #take(what: Piece['what']): void {
    this.#pieces.push({ what, due: performance.now() + this.#rule.delay });
    this.flush();
  }

  #pass(what: Piece['what']): void {
    if (what === 'close') this.#cut();
    else if (what === 'end') this.#to.end();
    else if (!this.#to.writableEnded) this.#write(what);
  }

  #write(bytes: Buffer): void {
    if (bytes.length < this.#rule.left) {
      this.#rule.left -= bytes.length;
      this.#to.write(bytes);
      return;
    }
    const last = bytes.subarray(0, this.#rule.left);
    this.#rule.left = Infinity;
    this.stop();
    this.#to.write(last, this.#cut); // called when the system has them
  }
}
