import type { Argument } from '../link/link.js';
import type { Script } from '../scripts/script.js';

/** What a script said: `+` done, `-` not possible now, `!` refused, `*` as the script says; and the rest. */
export interface Reply {
  readonly how: '+' | '-' | '!' | '*';
  readonly body: Buffer;
  /** The caller as the server knows it: session and number of the call. */
  readonly caller: string;
}

/** A call of a script, until its answer is there. Its number is its name: it may be sent several times, and is done once. */
export class Call {
  readonly number: number;
  readonly script: Script;
  readonly object: string;
  readonly args: readonly Argument[];
  readonly answered: Promise<Reply>;
  /** The session in which it was sent last. */
  session = '';
  /** Whether it may have reached the server in that session. */
  isSent = false;
  /** Whether the server has said that it waits. */
  isWaiting = false;
  /** What it acknowledges: lost if the call is, and then to be said again. */
  acknowledges: readonly number[] = [];
  #settle: { resolve: (reply: Reply) => void; reject: (error: unknown) => void } | undefined;

  constructor(number: number, script: Script, object: string, args: readonly Argument[]) {
    this.number = number;
    this.script = script;
    this.object = object;
    this.args = args;
    this.answered = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  answer(message: Buffer): void {
    const how = String.fromCharCode(message[0] ?? 0) as Reply['how'];
    this.#settle?.resolve({ how, body: message.subarray(1), caller: `${this.session} ${this.number}` });
  }

  fail(error: unknown): void {
    this.#settle?.reject(error);
  }
}
