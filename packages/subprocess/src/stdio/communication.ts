import { OutputLimitError } from '@multiprocess/shared-memory';
import { Interleaved } from './interleaved.js';
import { Collector } from './collector.js';
import { shownCommand } from '../options/shown-command.js';
import type { Command, PopenOptions } from '../options/popen-options.js';
import { checkInput } from '../options/run-options.js';
import type { StdioPlan } from './stdio-plan.js';
import { encodeInput, maxBytes } from './text.js';
import { reportOf, textsOf } from './written.js';
import type { Bytes, Communicated } from './written.js';

/** The state of `communicate` of one program, from its first call to the end of the pipes; several calls may wait for that. */
export class Communication<E extends string | undefined> {
  /** Resolves when all pipes have ended; rejects when there was too much output. */
  readonly done: Promise<unknown>;
  readonly #cmd: Command;
  readonly #plan: StdioPlan;
  readonly #options: PopenOptions<E>;
  readonly #stdout: Collector | undefined;
  readonly #stderr: Collector | undefined;
  readonly #all: Interleaved | undefined;
  #fed = false;

  constructor(cmd: Command, plan: StdioPlan, options: PopenOptions<E>) {
    const max = maxBytes(options);
    this.#cmd = cmd;
    this.#plan = plan;
    this.#options = options;
    let onTooMuch = (): void => undefined;
    const tooMuch = new Promise<never>((_, reject) => {
      onTooMuch = () => {
        const limit = max === options.maxBuffer ? 'maxBuffer' : 'a Buffer can hold';
        const message = `${shownCommand(cmd)} wrote more than ${limit}, ${max} bytes`;
        reject(new OutputLimitError(message, { cmd, ...this.report }));
      };
    });
    const all = options.all === true ? new Interleaved() : undefined;
    const collect = (name: 'stdout' | 'stderr'): Collector | undefined => {
      const stream = plan[name]?.stream;
      return stream && new Collector(stream, max, onTooMuch, (bytes) => all?.add(name, bytes));
    };
    this.#stdout = collect('stdout');
    this.#stderr = collect('stderr');
    this.#all = all;
    this.done = Promise.race([tooMuch, Promise.all([this.#stdout?.ended, this.#stderr?.ended])]);
    this.done.catch(() => undefined); // if no call waits now, the next one reports it
  }

  /** The output so far, for an error. */
  get report(): ReturnType<typeof reportOf> {
    return reportOf(this.#bytes, this.#options);
  }

  /** The complete output, once {@link done} has resolved. Throws what {@link textsOf} throws. */
  texts(returncode: number | null): Communicated<E> {
    return textsOf(this.#cmd, this.#bytes, this.#options, returncode);
  }

  /** Writes the input, once. @throws {@link TypeError} if there is no pipe for it, or it was given before. */
  feed(input: string | Uint8Array | undefined): void {
    const { stdin } = this.#plan;
    if (input !== undefined) {
      checkInput('input', input);
      if (stdin === undefined) throw new TypeError('There is input, but stdin is not PIPE');
      if (this.#fed) throw new TypeError('The input was given with the first call: call again without any');
    }
    if (this.#fed) return;
    const bytes = encodeInput(input ?? '', this.#options.encoding);
    this.#fed = true;
    // It is not an error if the program ends, or closes its input, without reading all of it.
    stdin?.stream.on('error', () => undefined).end(bytes);
  }

  get #bytes(): Bytes {
    return {
      stdout: this.#stdout?.bytes ?? null,
      stderr: this.#stderr?.bytes ?? null,
      ...(this.#all === undefined ? {} : { all: this.#all.bytes }),
    };
  }
}
